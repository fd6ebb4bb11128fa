import { FREE_FIELDS } from '../../resolvers/linkedProject.ts';
import { MAX_PAGE_SIZE } from '../pagination.ts';
import { type Demands, named, type ProjectSet } from './demands.ts';
import { entities, isRecord } from './entities.ts';
import { type Circumstances, type Cost, NOWHERE, type Place, type SelectedField } from './place.ts';
import { depthOf, identified, inside, withTokenLists } from './places.ts';
import { readAssistant, readProject, readToken } from './readIds.ts';

/**
 * What every field may cost in upstream calls. **A new field is added here**, to the table of costs or to the lists of free
 * fields below; a test fails otherwise. A cost must never be below what the loaders then do: retries of failed reads are the
 * only calls that are not counted.
 */
export const COSTS: Readonly<Record<string, Cost>> = {
  'Query.viewer': (_field, _place, { demands }) => identified(demands),
  'Query.organization': (_field, _place, { demands }) => identified(demands),
  'Query.project': (field, _place, { demands }) => {
    const id = readProject(field.args()?.id);
    if (id === null) return null;
    demands.records(named([id]), field.path);
    return inside(named([id]));
  },
  'Query.apiToken': (field, _place, { demands, ids }) => {
    const handle = readToken(field.args()?.id, ids);
    return handle && withTokenLists(named([handle.projectId]), field, demands);
  },
  'Query.assistant': (field, _place, { demands, ids }) => {
    const handle = readAssistant(field.args()?.id, ids);
    if (!handle) return null;
    demands.assistant(handle.projectId, handle.assistantId, depthOf(field.names()), field.path);
    return inside(named([handle.projectId]));
  },
  'Query._entities': (field, _place, circumstances) => entities(field, circumstances),

  'Viewer.credentials': (_field, _place, { demands }) => ({ ...NOWHERE, count: demands.caller.tokens }),
  'Viewer.organizations': (_field, _place, { demands }) => ({ ...NOWHERE, count: demands.caller.tokens }),
  'Viewer.projects': (field, _place, { demands }) => linked(field, presented(demands), demands),
  'ViewerCredential.project': (field, _place, { demands }) => linked(field, presented(demands), demands),

  'Organization.projects': (field, { count }, { demands }) => {
    // Of several objects that are one organization, or that no credential opens, none costs a list of its own.
    const organizations = Math.min(count, demands.caller.tokens);
    demands.projectLists(organizations, field.path);
    const size = organizations * pageSize(field);
    return { ...inside({ ids: null, key: field.key, size, isListed: true }), count: size };
  },

  'Project.organization': (field, { count, projects }, { demands }) => {
    const { tokens, hasUserToken } = demands.caller;
    if (projects && (hasUserToken || (tokens > 1 && !projects.isListed))) demands.records(projects, field.path);
    return { ...NOWHERE, count };
  },
  'Project.apiTokens': (field, { projects }, { demands }) => projects && withTokenLists(projects, field, demands),
  'Project.assistants': (field, { projects }, { demands }) => {
    if (!projects) return null;
    const names = field.names('nodes');
    const areLookedUp = needsDetail(names);
    demands.assistantLists(projects, areLookedUp ? 'summary' : depthOf(names), field.path);
    const size = projects.size * pageSize(field);
    return { ...inside(projects), assistants: { ids: null, key: field.key, size, areLookedUp } };
  },

  'ApiToken.project': (field, { projects }, { demands }) => projects && linked(field, projects, demands),
  'Assistant.project': (field, { projects }, { demands }) => projects && linked(field, projects, demands),
  'Assistant.description': (field, place, { demands }) => lookedUp(field, place, demands),
  'Assistant.kind': (field, place, { demands }) => lookedUp(field, place, demands),
  'Assistant.status': (field, place, { demands }) => lookedUp(field, place, demands),
  // The list brings them, unless the selection takes a look-up of every assistant anyway.
  'Assistant.revisions': (field, place, { demands }) =>
    place.assistants?.areLookedUp ? lookedUp(field, place, demands) : place,

  'Mutation.createApiToken': (field, _place, { demands }) => {
    const input = inputOf(field);
    const projectId = readProject(input.projectId);
    return projectId === null ? null : changing(field, projectId, input.status === 'BLOCKED' ? 2 : 1, demands);
  },
  'Mutation.blockApiToken': (field, _place, circumstances) => change(field, circumstances),
  'Mutation.unblockApiToken': (field, _place, circumstances) => change(field, circumstances),
  'Mutation.revokeApiToken': (field, _place, circumstances) => change(field, circumstances),
  'Mutation.updateApiToken': (field, _place, circumstances) => change(field, circumstances),
  'CreateApiTokenPayload.apiToken': (field, place, { demands }) =>
    field.names().has('createdAt') ? reread(field, place, demands) : place,
  'BlockApiTokenPayload.apiToken': (field, place, { demands }) => reread(field, place, demands),
  'UnblockApiTokenPayload.apiToken': (field, place, { demands }) => reread(field, place, demands),
  'RevokeApiTokenPayload.apiToken': (field, place, { demands }) => reread(field, place, demands),
  'UpdateApiTokenPayload.apiToken': (field, place, { demands }) => reread(field, place, demands),
};

/** Fields that come with what they hang on. What is selected below them is counted there. */
export const FREE_FIELDS_BY_TYPE: Readonly<Record<string, string>> = {
  Query: '_service',
  Viewer: 'scopes missing',
  ViewerCredential: 'hint kind organization isAccepted',
  MissingScope: 'scope neededBy',
  Organization: 'id name',
  ProjectConnection: 'nodes pageInfo totalCount',
  Project: 'id name description status isActive',
  ApiTokenConnection: 'nodes pageInfo totalCount',
  ApiToken: 'id name description status scope hint createdAt isManageable',
  AssistantConnection: 'nodes pageInfo totalCount',
  Assistant: 'id name',
  AssistantRevision: 'number name description isDefault providerName modelName messages createdAt',
  AssistantMessage: 'role content',
  PageInfo: 'hasNextPage endCursor',
  CreateApiTokenPayload: 'secret userErrors',
  BlockApiTokenPayload: 'changed userErrors',
  UnblockApiTokenPayload: 'changed userErrors',
  RevokeApiTokenPayload: 'changed userErrors',
  UpdateApiTokenPayload: 'userErrors',
  ApiTokenUserError: 'code message field',
  _Service: 'sdl',
};

/** The projects that the presented tokens are limited to. */
function presented({ caller }: Demands): ProjectSet {
  return { ids: null, key: 'presented', size: caller.tokens, isListed: false };
}

/** The page that a connection gives at most. A size that is refused gives none. */
function pageSize(field: SelectedField): number {
  const first = field.args()?.first;
  return typeof first === 'number' && first >= 1 && first <= MAX_PAGE_SIZE ? first : 0;
}

/** A link to a project reads its record only for what is not known without (`linkedProject`). */
function linked(field: SelectedField, projects: ProjectSet, demands: Demands): Place {
  const readsRecord = [...field.names()].some((name) => !FREE_FIELDS.has(name));
  if (readsRecord) demands.records(projects, field.path);
  return inside(projects);
}

/** One look-up for all that only it tells of an assistant out of a list. */
function lookedUp(field: SelectedField, place: Place, { ledger }: Demands): Place {
  if (place.assistants) ledger.addOnce('assistant', place.assistants, field.path);
  return place;
}

function needsDetail(names: ReadonlySet<string>): boolean {
  return names.has('description') || names.has('kind') || names.has('status');
}

function change(field: SelectedField, { demands, ids }: Circumstances): Place | null {
  const handle = readToken(inputOf(field).id, ids);
  // The list that the token is found in, and the change.
  return handle && changing(field, handle.projectId, 2, demands);
}

/** Root fields of a mutation run one after the other, and each makes the loaders forget. */
function changing(field: SelectedField, projectId: string, calls: number, demands: Demands): Place {
  demands.ledger.startOver();
  demands.manager(named([projectId]), field.path);
  demands.ledger.add(field.path, calls);
  return inside(named([projectId]));
}

function reread(field: SelectedField, { projects }: Place, demands: Demands): Place | null {
  return projects && withTokenLists(projects, field, demands);
}

function inputOf(field: SelectedField): Readonly<Record<string, unknown>> {
  const input = field.args()?.input;
  return isRecord(input) ? input : {};
}
