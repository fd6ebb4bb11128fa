import { type AssistantHandle, type Ids, typesOfId } from '../values/ids.ts';
import { isJsonObject } from '../values/json.ts';
import { readAssistant, readProject, readToken } from './arguments.ts';
import { named } from './estimator.ts';
import {
  type Circumstances,
  type Cost,
  depthOf,
  identified,
  inside,
  NOWHERE,
  type ParentScope,
  type SelectedField,
  withTokenLists,
} from './parentScope.ts';
import type { ServedName } from './servedNames.ts';

/** Objects behind representations: the ids name the projects, so n tokens of one project count as one list. */
export function entitiesCost(servedName: ServedName): Cost {
  return (field, _scope, circumstances) => scopesOf(referencesByType(field), field, circumstances, servedName);
}

/** The object behind an id, of which only the form is known. */
export function nodeCost(servedName: ServedName): Cost {
  return (field, _scope, circumstances) => {
    const id = field.args()?.id;
    const types = typeof id === 'string' ? typesOfId(id).map(servedName) : [];
    return scopesOf(new Map(types.map((type) => [type, [{ id }]])), field, circumstances, servedName);
  };
}

function scopesOf(
  references: ReadonlyMap<unknown, readonly Reference[]>,
  field: SelectedField,
  { estimator, ids }: Circumstances,
  servedName: ServedName,
): ParentScope {
  const [organization, project] = [servedName('Organization'), servedName('Project')];
  const [apiToken, assistant] = [servedName('ApiToken'), servedName('Assistant')];
  const of = (typeName: string) => (references.get(typeName) ?? []).map(({ id }) => id);
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
  const assistants = (references.get(assistant) ?? []).map((reference) => readAssistantReference(reference, ids));
  const depth = depthOf(field.parts(undefined, assistant));
  for (const handle of assistants) {
    if (handle) estimator.assistant(handle.projectId, handle.assistantId, depth, field.path);
  }
  const assistantProjects = distinct(assistants.map((handle) => handle?.projectId));
  if (assistantProjects.length > 0) byType.set(assistant, inside(named(assistantProjects)));
  return { ...NOWHERE, byType };
}

type Reference = Readonly<Record<string, unknown>>;

function referencesByType(field: SelectedField): ReadonlyMap<unknown, readonly Reference[]> {
  // One that stands alone is a list of one.
  const representations = [field.args()?.representations ?? []].flat();
  return Map.groupBy(representations.filter(isJsonObject), ({ __typename }) => __typename);
}

/** By either key: see `resolvers/assistant.ts`. */
function readAssistantReference({ id, project, platformId }: Reference, ids: Ids): AssistantHandle | null {
  if (id !== undefined) return readAssistant(id, ids);
  const projectId = isJsonObject(project) ? readProject(project.id) : null;
  const assistantId = readProject(platformId);
  return projectId === null || assistantId === null ? null : { projectId, assistantId };
}

/**
 * Project that the object of a reference is in, as its key says. Null for what is in no project, and for a key that cannot be read.
 */
export function projectOf(reference: Reference, ids: Ids, servedName: ServedName): string | null {
  const { __typename: type, id } = reference;
  if (type === servedName('Project')) return readProject(id);
  if (type === servedName('Assistant')) return readAssistantReference(reference, ids)?.projectId ?? null;
  return type === servedName('ApiToken') ? (readToken(id, ids)?.projectId ?? null) : null;
}

function distinct(ids: readonly (string | null | undefined)[]): string[] {
  const found = new Set<string>();
  for (const id of ids) if (typeof id === 'string') found.add(id);
  return [...found];
}
