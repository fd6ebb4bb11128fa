import { inputOf, readProject } from '../cost/arguments.ts';
import { named } from '../cost/estimator.ts';
import { inside } from '../cost/parentScope.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import type { MutationContext } from '../mutations/context.ts';
import type { MutationInput, TargetKind } from '../mutations/mutation.ts';
import { refused } from '../mutations/outcome.ts';
import { projectIdErrors, userError } from '../mutations/userErrors.ts';
import { absentAsNull, PlatformError } from '../platform/client/errors.ts';
import { getProject, type ProjectRecord } from '../platform/resources/projects.ts';
import { readUuid } from '../values/uuid.ts';

export interface ProjectInput extends MutationInput {
  readonly id: string;
}

/** Project as just read, and the credential that changes it. */
export interface TargetProject {
  readonly manager: TokenManagerCredential;
  readonly project: ProjectRecord;
}

/** Project that `id` of the input names. */
export const projectTarget: TargetKind<ProjectInput, TargetProject, 'INVALID_ID' | 'PROJECT_NOT_FOUND'> = {
  idOf: ({ id }) => id,
  checks: ({ id }) => projectIdErrors('id', id),
  find: async (context, { id }) => {
    const projectId = readUuid(id);
    const manager = await context.loaders.apiTokens.manager({ id: projectId, organizationId: null });
    const project = manager && (await presentProject(context, manager, projectId));
    if (!project) return refused(userError('PROJECT_NOT_FOUND', 'id'));
    return { kind: 'found', manager, target: { manager, project }, facts: { before: stateOf(project) } };
  },
  cost: (field, { estimator }, calls) => {
    const id = readProject(inputOf(field).id);
    if (id === null) return null;
    const project = named([id]);
    estimator.startOver();
    estimator.manager(project, field.path);
    estimator.counter.add(field.path, 1 + calls);
    // Reads that found the credential are forgotten with the change.
    estimator.startOver();
    return inside(project);
  },
};

/**
 * Reads the project from the platform, past everything remembered. Null if it is absent or deleted. Throws for an answer about
 * another project, which the change would be made to.
 */
export async function presentProject(
  { session }: Pick<MutationContext, 'session'>,
  manager: TokenManagerCredential,
  projectId: string,
  withinMs?: number,
): Promise<ProjectRecord | null> {
  const client = withinMs === undefined ? session.as(manager) : session.probing(manager, withinMs);
  const project = await absentAsNull(client.call(getProject, { projectId }));
  if (project && project.id !== projectId) throw new PlatformError('BAD_RESPONSE', getProject);
  return project?.status === 'DELETED' ? null : project;
}

/** State of a project for the audit log. */
export function stateOf(project: ProjectRecord | null) {
  return project && { name: project.name, description: project.description };
}
