import pLimit from 'p-limit';
import type { RequestContext } from '../context.ts';
import { isUnforeseen } from '../errors.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import { type ApiTokenRecord, type ApiTokenStatus, listApiTokens } from '../platform/apiTokens.ts';
import { operations } from '../platform/operations.ts';
import { listProjects } from '../platform/projects.ts';
import { settle } from '../settle.ts';
import type { Verification } from '../tokens/verification.ts';
import { type BulkAction, MAX_PARALLEL_CALLS, MAX_PROJECTS, MAX_TOKENS } from './action.ts';
import type { Standing } from './planId.ts';
import { type Problem, problem, problemOfReading } from './problems.ts';
import type { Picked, Selection } from './selection.ts';
import { bulkUserError, InputMistakes } from './userErrors.ts';

export type BulkOutcome =
  | 'WOULD_CHANGE'
  | 'CHANGED'
  | 'ALREADY_DONE'
  | 'LEFT_OUT'
  | 'FAILED'
  | 'OUTCOME_UNKNOWN'
  | 'NOT_ATTEMPTED';

/** A token of the run. What is not `readonly` is written by the run as it goes. */
export interface BulkToken {
  /** Project and mark: the same whoever looks, and nothing of the secret. */
  readonly key: string;
  readonly projectId: string;
  readonly requestedId: string | null;
  readonly standing: Standing;
  /** Null when the project has no such token. */
  readonly before: ApiTokenStatus | null;
  /** Whether the caller asked for tokens of its status. Another is shown only when the plan changes it. */
  readonly isAskedFor: boolean;
  /** Whether the plan that is carried out changes it, in this run or an earlier one. */
  isPlanned: boolean;
  record: ApiTokenRecord | null;
  outcome: BulkOutcome;
  problem: Problem | null;
  verification: Verification | null;
}

/** A project that was looked through. */
export interface SurveyedProject {
  readonly id: string;
  readonly organizationId: string | null;
  /** The credential that its tokens are managed with. Null when it could not be read. */
  readonly manager: TokenManagerCredential | null;
  readonly tokens: readonly BulkToken[];
  /** Why it could not be read. Null when it was. */
  readonly problem: Problem | null;
}

/**
 * Looks through the projects of a selection: one list of tokens each, and one of the projects when the selection names none.
 * Of each list only what matches is kept. A project that cannot be read is a problem of its own; what fails for all throws, and
 * so does `InputMistakes` when more matches than one run takes.
 */
export async function survey(
  context: RequestContext,
  action: BulkAction,
  selection: Selection,
): Promise<SurveyedProject[]> {
  await context.credentials.usable();
  const { organizationId } = selection;
  const projectIds = selection.projectIds ?? (await projectsOf(context, organizationId));
  if (projectIds.length > MAX_PROJECTS) throw tooMany(`${projectIds.length} projects`, `${MAX_PROJECTS} projects`);
  let matched = 0;
  return pLimit(MAX_PARALLEL_CALLS).map(projectIds, async (id) => {
    // Here, and not at the end, so that no more is read and held than the bound.
    if (matched > MAX_TOKENS) throw tooMany(`More than ${MAX_TOKENS} tokens`, 'no more');
    const project = await surveyProject(context, action, selection, { id, organizationId });
    matched += project.tokens.length;
    if (matched > MAX_TOKENS) throw tooMany(`More than ${MAX_TOKENS} tokens`, 'no more');
    return project;
  });
}

function tooMany(found: string, most: string): InputMistakes {
  const message = `${found} match; one run takes ${most}. Narrow the filter, for instance with \`projectIds\`.`;
  return new InputMistakes([bulkUserError('TOO_MANY', 'filter', message)]);
}

async function projectsOf(
  { credentials, session }: RequestContext,
  organizationId: string | null,
): Promise<readonly string[]> {
  if (organizationId === null) return [];
  const lister = await credentials.for(operations.listProjects, { organizationId });
  return (await listProjects(session.as(lister))).map(({ id }) => id);
}

async function surveyProject(
  context: RequestContext,
  action: BulkAction,
  selection: Selection,
  project: { readonly id: string; readonly organizationId: string | null },
): Promise<SurveyedProject> {
  const { loaders, session } = context;
  const unread = (why: Problem): SurveyedProject => ({ ...project, manager: null, tokens: [], problem: why });
  const found = await settle(async () => {
    const manager = await loaders.apiTokens.manager(project);
    // Past the loader, which would keep every list, secrets and all, until the end of the request.
    return manager && { manager, records: await listApiTokens(session.as(manager), project.id) };
  });
  if (found === null) return unread(problem('PROJECT_NOT_FOUND'));
  if (found instanceof Error) {
    if (isUnforeseen(found)) context.log.error({ err: found, projectId: project.id }, 'project not read');
    return unread(problemOfReading(found));
  }
  const { manager, records } = found;
  const isMasked = records.some(({ secret }) => secret.isMasked);
  const tokens = selection
    .pick(project.id, records)
    .map((picked) => assess(context, action, project.id, picked, isMasked));
  return { ...project, organizationId: manager.organizationId, manager, tokens, problem: null };
}

/** What is to become of a token. `isMasked` tells whether the list that it was looked for in hides values. */
function assess(
  context: RequestContext,
  action: BulkAction,
  projectId: string,
  { mark, record, requestedId, hasStatus }: Picked,
  isMasked: boolean,
): BulkToken {
  const why = record
    ? reasonToLeaveOut(context, action, record)
    : problem(isMasked ? 'TOKEN_VALUE_MASKED' : 'TOKEN_NOT_FOUND');
  const isDone = record?.status === action.goal;
  const standing = isDone ? 'done' : why || !hasStatus ? 'out' : 'due';
  return {
    key: `${projectId} ${mark}`,
    projectId,
    requestedId,
    standing,
    before: record?.status ?? null,
    isAskedFor: hasStatus,
    isPlanned: false,
    record,
    outcome: isDone ? 'ALREADY_DONE' : why ? 'LEFT_OUT' : 'WOULD_CHANGE',
    problem: isDone ? null : why,
    verification: null,
  };
}

function reasonToLeaveOut(
  context: RequestContext,
  { goal }: BulkAction,
  { status, secret }: ApiTokenRecord,
): Problem | null {
  if (status === 'REVOKED') return problem('TOKEN_REVOKED');
  if (secret.isMasked) return problem('TOKEN_VALUE_MASKED');
  // Blocking what may be in use does no harm that was not asked for; bringing to life what is not understood may.
  if (goal === 'ACTIVE' && status !== 'BLOCKED') return problem('UNKNOWN_STATUS');
  if (goal === 'BLOCKED' && context.isInUse(secret)) return problem('WOULD_LOCK_OUT');
  return null;
}
