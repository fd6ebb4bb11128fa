import type { GraphQLResolveInfo } from 'graphql';
import { seesProject } from '../src/access/visibility.ts';
import type { ProjectReference } from '../src/loaders/apiTokens.ts';
import type { RequestContext } from '../src/request/context.ts';
import { ownProject } from '../src/request/fields.ts';
import { declared } from '../src/request/resolverTypes.ts';
import { selectedParts } from '../src/request/selection.ts';
import type { ProjectModel } from './models.ts';

/** The project behind a link; null if it does not exist for the caller. Its record is loaded only when the selection reads it. */
export async function projectRef(
  project: ProjectReference,
  { loaders, principal }: RequestContext,
  info: GraphQLResolveInfo,
): Promise<ProjectModel | null> {
  if (!seesProject(principal, project.id)) return null;
  return selectedParts(info, 'Project').size > 0 ? loaders.projects.load(project.id) : project;
}

/** Declares the link from something in a project to that project. */
export const linkToProject = declared(
  { cost: ownProject, part: 'key' },
  (
    { projectId, organizationId }: { readonly projectId: string; readonly organizationId: string | null },
    _args: object,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ) => projectRef({ id: projectId, organizationId }, context, info),
);
