import { isRecord, readAssistant, readProject, readToken } from './arguments.ts';
import { named } from './estimator.ts';
import { type Cost, NOWHERE, type ParentScope, type SelectedField } from './parentScope.ts';
import { depthOf, identified, inside, withTokenLists } from './parentScopes.ts';
import type { ServedName } from './servedNames.ts';

/** Objects behind representations: the ids name the projects, so n tokens of one project count as one list. */
export function entitiesCost(servedName: ServedName): Cost {
  const [organization, project] = [servedName('Organization'), servedName('Project')];
  const [apiToken, assistant] = [servedName('ApiToken'), servedName('Assistant')];
  return (field, _scope, { estimator, ids }) => {
    const idsOf = idsByType(field);
    const of = (typeName: string) => idsOf.get(typeName) ?? [];
    const byType = new Map<string, ParentScope>();
    const organizations = of(organization);
    if (organizations.length > 0) byType.set(organization, { ...identified(estimator), count: organizations.length });
    const projects = named(distinct(of(project).map(readProject)));
    if (projects.size > 0) {
      estimator.records(projects, field.path);
      byType.set(project, inside(projects));
    }
    const tokenProjects = distinct(of(apiToken).map((id) => readToken(id, ids)?.projectId));
    if (tokenProjects.length > 0) byType.set(apiToken, withTokenLists(named(tokenProjects), field, estimator));
    const assistants = of(assistant).map((id) => readAssistant(id, ids));
    const depth = depthOf(field.parts(undefined, assistant));
    for (const handle of assistants) {
      if (handle) estimator.assistant(handle.projectId, handle.assistantId, depth, field.path);
    }
    const assistantProjects = distinct(assistants.map((handle) => handle?.projectId));
    if (assistantProjects.length > 0) byType.set(assistant, inside(named(assistantProjects)));
    return { ...NOWHERE, byType };
  };
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
