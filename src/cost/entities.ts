import { named } from './estimator.ts';
import { type Circumstances, NOWHERE, type Place, type SelectedField } from './parentScope.ts';
import { depthOf, identified, inside, withTokenLists } from './parentScopes.ts';
import { readAssistant, readProject, readToken } from './readIds.ts';

/** What stands behind representations: the projects are in the ids, so that n tokens of one project count as one list. */
export function entities(field: SelectedField, { demands, ids }: Circumstances): Place {
  const idsOf = idsByType(field);
  const of = (typeName: string) => idsOf.get(typeName) ?? [];
  const byType = new Map<string, Place>();
  const organizations = of('Organization');
  if (organizations.length > 0) byType.set('Organization', { ...identified(demands), count: organizations.length });
  const projects = named(distinct(of('Project').map(readProject)));
  if (projects.size > 0) {
    demands.records(projects, field.path);
    byType.set('Project', inside(projects));
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

function idsByType(field: SelectedField): Map<unknown, unknown[]> {
  const ids = new Map<unknown, unknown[]>();
  // One that stands alone is a list of one.
  for (const representation of [field.args()?.representations ?? []].flat()) {
    if (!isRecord(representation)) continue;
    const { __typename, id } = representation;
    const known = ids.get(__typename);
    if (known) known.push(id);
    else ids.set(__typename, [id]);
  }
  return ids;
}

function distinct(ids: readonly (string | null | undefined)[]): string[] {
  const found = new Set<string>();
  for (const id of ids) if (typeof id === 'string') found.add(id);
  return [...found];
}

/** Whether it has members that can be read. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
