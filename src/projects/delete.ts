import type { ProjectUserErrorCode } from '../generated/resolvers.ts';
import { maxPolls } from '../mutations/backoff.ts';
import { mutation, type Work } from '../mutations/mutation.ts';
import { done, type Outcome, refused } from '../mutations/outcome.ts';
import { sendOnce } from '../mutations/sendOnce.ts';
import { comparedErrors, type UserError, userError } from '../mutations/userErrors.ts';
import { absentAsNull } from '../platform/client/errors.ts';
import { type ApiTokenList, listApiTokens } from '../platform/resources/apiTokens.ts';
import { deleteProject as endpoint, type ProjectRecord } from '../platform/resources/projects.ts';
import { observe } from './observe.ts';
import { refusalOf } from './refusal.ts';
import { type ProjectInput, projectTarget, type TargetProject } from './target.ts';

interface DeleteInput extends ProjectInput {
  readonly confirmName: string;
}

/** Payload of `deleteProject`. */
interface DeletedProject {
  readonly name: string | null;
  readonly activeApiTokenCount: number | null;
  readonly changed: boolean;
  readonly isConfirmed: boolean;
}

type DeleteOutcome = Outcome<DeletedProject, ProjectUserErrorCode>;

export const deleteProject = mutation({
  name: 'deleteProject',
  takes: 'ORGANIZATION',
  permission: 'geai:projects:write',
  target: projectTarget,
  checks: ({ confirmName }: DeleteInput): UserError<ProjectUserErrorCode>[] =>
    comparedErrors('confirmName', confirmName),
  // The tokens, the deletion, and the polls.
  calls: ({ verifyTimeoutMs }) => 2 + maxPolls(verifyTimeoutMs),
  nothing: { name: null, activeApiTokenCount: null, changed: false, isConfirmed: false } as DeletedProject,
  run: async (work, { confirmName }): Promise<DeleteOutcome> => {
    const { context, target } = work;
    const { manager, project } = target;
    if (confirmName !== project.name) return refused(userError('CONFIRMATION_MISMATCH', 'confirmName'));
    const projectId = project.id;
    const tokens = await absentAsNull(context.session.as(manager).call(listApiTokens, { projectId }));
    if (!tokens) return refused(userError('PROJECT_NOT_FOUND', 'id'));
    if (await wouldLockOut(work, tokens)) return refused(LOCK_OUT);
    return remove(work, tokens);
  },
});

const LOCK_OUT: UserError<'WOULD_LOCK_OUT'> = {
  code: 'WOULD_LOCK_OUT',
  message:
    'This request or this server uses a token of the project, and would lock itself out. Use another credential.',
  field: 'id',
};

/**
 * True if the request or the server runs on the project. Masked values cannot be compared, so the projects of the credentials
 * count too.
 */
async function wouldLockOut(
  { context, target: { project } }: Work<TargetProject>,
  { records }: ApiTokenList,
): Promise<boolean> {
  const usable = await context.credentials.usable();
  return (
    usable.some(({ projectId }) => projectId === project.id) || records.some(({ secret }) => context.isInUse(secret))
  );
}

async function remove(work: Work<TargetProject>, tokens: ApiTokenList): Promise<DeleteOutcome> {
  const { context, audit, target } = work;
  const { manager, project } = target;
  const activeApiTokenCount = activeIn(tokens);
  audit.note({ details: { activeApiTokenCount } });
  const sent = await sendOnce(
    audit,
    () => context.session.as(manager).call(endpoint, { projectId: project.id }),
    async () => {
      await Promise.all(tokens.records.map(({ secret }) => context.introspection.forget(secret)));
      context.loaders.startOver();
    },
  );
  if (sent.kind === 'refused' && sent.error.kind === 'NOT_FOUND') return refused(userError('PROJECT_NOT_FOUND', 'id'));
  if (sent.kind === 'refused') return refused(refusalOf(sent.error));
  const { isConfirmed } = await observe(work, sent, isGone);
  return done({ name: project.name, activeApiTokenCount, changed: true, isConfirmed });
}

function isGone(project: ProjectRecord | null): boolean {
  return project === null;
}

/** Number of active tokens. Null if a token or its status is not known. */
function activeIn({ records, unreadableCount }: ApiTokenList): number | null {
  if (unreadableCount > 0 || records.some(({ status }) => status === 'UNRECOGNIZED')) return null;
  return records.filter(({ status }) => status === 'ACTIVE').length;
}
