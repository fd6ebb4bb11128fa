import type { GraphQLResolveInfo } from 'graphql';
import type { ProjectReference } from '../src/loaders/apiTokens.ts';
import type { RequestContext } from '../src/request/context.ts';
import { ownProject } from '../src/request/fields.ts';
import { declared } from '../src/request/resolverTypes.ts';
import { selectedParts } from '../src/request/selection.ts';
import type { ProjectModel } from './models.ts';

/** The project behind a link. Its record is loaded only when the selection reads it. */
export async function projectRef(
  project: ProjectReference,
  { loaders }: RequestContext,
  info: GraphQLResolveInfo,
): Promise<ProjectModel | null> {
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
