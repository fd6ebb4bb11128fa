import type { ProjectUserErrorCode } from '../generated/resolvers.ts';
import { maxPolls } from '../mutations/backoff.ts';
import { mutation, type Work } from '../mutations/mutation.ts';
import { done, type Outcome, refused } from '../mutations/outcome.ts';
import { sendOnce } from '../mutations/sendOnce.ts';
import { comparedErrors, nameErrors, textErrors, type UserError, userError } from '../mutations/userErrors.ts';
import { updateProject as endpoint, type ProjectRecord, type ProjectTexts } from '../platform/resources/projects.ts';
import { observe } from './observe.ts';
import { refusalOf } from './refusal.ts';
import { type ProjectInput, projectTarget, stateOf, type TargetProject } from './target.ts';

interface UpdateInput extends ProjectInput {
  readonly name?: string | null | undefined;
  /** Absent to keep it. Null or empty to erase it. */
  readonly description?: string | null | undefined;
  readonly expectedName?: string | null | undefined;
  readonly expectedDescription?: string | null | undefined;
}

/** Payload of `updateProject`. */
interface UpdatedProject {
  readonly project: ProjectRecord | null;
  readonly changed: boolean;
  readonly isConfirmed: boolean;
}

export const updateProject = mutation({
  name: 'updateProject',
  takes: 'ORGANIZATION',
  permission: 'geai:projects:write',
  target: projectTarget,
  checks: (input: UpdateInput): UserError<ProjectUserErrorCode>[] => [
    ...(input.name == null ? [] : nameErrors('name', input.name)),
    ...textErrors('description', input.description),
    ...comparedErrors('expectedName', input.expectedName),
    ...comparedErrors('expectedDescription', input.expectedDescription),
  ],
  // The change, and the polls.
  calls: ({ verifyTimeoutMs }) => 1 + maxPolls(verifyTimeoutMs),
  nothing: { project: null, changed: false, isConfirmed: false } as UpdatedProject,
  run: update,
});

async function update(
  work: Work<TargetProject>,
  input: UpdateInput,
): Promise<Outcome<UpdatedProject, ProjectUserErrorCode>> {
  const { context, audit, target } = work;
  const { manager, project } = target;
  const conflict = conflictWith(textsOf(project), input);
  if (conflict) return refused(conflict);
  const wanted = merged(textsOf(project), input);
  const isAsWanted = (seen: ProjectRecord | null) => seen !== null && isSame(textsOf(seen), wanted);
  if (isAsWanted(project)) {
    audit.note({ after: stateOf(project) });
    return done({ project, changed: false, isConfirmed: true });
  }
  const sent = await sendOnce(
    audit,
    () => context.session.as(manager).call(endpoint, { ...wanted, projectId: project.id }),
    () => context.loaders.startOver(),
  );
  if (sent.kind === 'refused' && sent.error.kind === 'NOT_FOUND') return refused(userError('PROJECT_NOT_FOUND', 'id'));
  if (sent.kind === 'refused') return refused(refusalOf(sent.error));
  const { last, isConfirmed } = await observe(work, sent, isAsWanted);
  return done({ project: last, changed: true, isConfirmed });
}

function textsOf({ name, description }: ProjectRecord): ProjectTexts {
  return { name, description: description ?? '' };
}

/** Returns the texts after the change. Absent ones stay as just read. */
function merged(current: ProjectTexts, { name, description }: UpdateInput): ProjectTexts {
  return {
    name: name ?? current.name,
    description: description === undefined ? current.description : (description ?? ''),
  };
}

function conflictWith(
  { name, description }: ProjectTexts,
  { expectedName, expectedDescription }: UpdateInput,
): UserError<'CONFLICT'> | null {
  if (expectedName != null && expectedName !== name) return userError('CONFLICT', 'expectedName');
  if (expectedDescription != null && expectedDescription !== description) {
    return userError('CONFLICT', 'expectedDescription');
  }
  return null;
}

function isSame(one: ProjectTexts, other: ProjectTexts): boolean {
  return one.name === other.name && one.description === other.description;
}
