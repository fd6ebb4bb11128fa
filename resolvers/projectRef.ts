import type { GraphQLResolveInfo } from 'graphql';
import type { ProjectReference } from '../src/loaders/apiTokens.ts';
import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import type { RequestContext } from '../src/request/context.ts';
import { selectedFields } from '../src/request/selection.ts';

/** Fields that are known of a project without its record. */
export const FREE_FIELDS: ReadonlySet<string> = new Set([
  '__typename',
  'id',
  'organization',
  'apiTokens',
  'assistants',
  'requests',
  'usageLimit',
]);

/** The project behind a link. Its record is loaded only when the selection reads it. */
export async function linkedProject(
  project: ProjectReference,
  { loaders }: RequestContext,
  info: GraphQLResolveInfo,
): Promise<ProjectRecord | null> {
  const readsRecord = [...selectedFields(info, [], 'Project')].some((field) => !FREE_FIELDS.has(field));
  return readsRecord ? loaders.projects.load(project.id) : unread(project);
}

/** Stands for a project of which no field beyond the free ones is selected, so that nobody looks for the rest. */
function unread({ id, organizationId }: ProjectReference): ProjectRecord {
  return { id, organizationId } as ProjectRecord;
}
