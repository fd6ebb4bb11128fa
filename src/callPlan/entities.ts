import { named } from './demands.ts';
import { type Circumstances, NOWHERE, type Place, type SelectedField } from './place.ts';
import { depthOf, identified, inside, withTokenLists } from './places.ts';
import { readAssistant, readProject, readToken } from './readIds.ts';

/** What stands behind representations: the projects are in the ids, so that n tokens of one project count as one list. */
export function entities(field: SelectedField, { demands, ids }: Circumstances): Place {
  const idsOf = Map.groupBy(representationsOf(field), ({ __typename }) => __typename);
  const of = (typeName: string) => (idsOf.get(typeName) ?? []).map(({ id }) => id);
  const byType = new Map<string, Place>();
  const organizations = of('Organization');
  if (organizations.length > 0) byType.set('Organization', { ...identified(demands), count: organizations.length });
  const projects = distinct(of('Project').map((id) => readProject(id)));
  if (projects.length > 0) {
    demands.records(named(projects), field.path);
    byType.set('Project', inside(named(projects)));
  }
  const tokenProjects = distinct(of('ApiToken').map((id) => readToken(id, ids)?.projectId));
  if (tokenProjects.length > 0) byType.set('ApiToken', withTokenLists(named(tokenProjects), field, demands));
  const assistants = of('Assistant').map((id) => readAssistant(id, ids));
  const depth = depthOf(field.names(undefined, 'Assistant'));
  for (const handle of assistants) {
    if (handle) demands.assistant(handle.projectId, handle.assistantId, depth, field.path);
  }
  const assistantProjects = distinct(assistants.map((handle) => handle?.projectId));
  if (assistantProjects.length > 0) byType.set('Assistant', inside(named(assistantProjects)));
  return { ...NOWHERE, byType };
}

function representationsOf(field: SelectedField): { __typename: unknown; id: unknown }[] {
  const representations = field.args()?.representations ?? [];
  // One that stands alone is a list of one.
  return [representations]
    .flat()
    .filter(isRecord)
    .map(({ __typename, id }) => ({ __typename, id }));
}

function distinct(ids: readonly (string | null | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}

/** Whether it has members that can be read. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
