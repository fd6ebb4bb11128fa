import { isRecord, readAssistant, readProject, readToken } from './arguments.ts';
import { named } from './estimator.ts';
import { type Circumstances, NOWHERE, type ParentScope, type SelectedField } from './parentScope.ts';
import { depthOf, identified, inside, withTokenLists } from './parentScopes.ts';

/** Objects behind representations: the ids name the projects, so n tokens of one project count as one list. */
export function entitiesCost(
  field: SelectedField,
  _scope: ParentScope,
  { estimator, ids }: Circumstances,
): ParentScope {
  const idsOf = idsByType(field);
  const of = (typeName: string) => idsOf.get(typeName) ?? [];
  const byType = new Map<string, ParentScope>();
  const organizations = of('Organization');
  if (organizations.length > 0) byType.set('Organization', { ...identified(estimator), count: organizations.length });
  const projects = named(distinct(of('Project').map(readProject)));
  if (projects.size > 0) {
    estimator.records(projects, field.path);
    byType.set('Project', inside(projects));
  }
  const tokenProjects = distinct(of('ApiToken').map((id) => readToken(id, ids)?.projectId));
  if (tokenProjects.length > 0) byType.set('ApiToken', withTokenLists(named(tokenProjects), field, estimator));
  const assistants = of('Assistant').map((id) => readAssistant(id, ids));
  const depth = depthOf(field.parts(undefined, 'Assistant'));
  for (const handle of assistants) {
    if (handle) estimator.assistant(handle.projectId, handle.assistantId, depth, field.path);
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
