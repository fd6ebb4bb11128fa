import { CHANGE_COSTS } from './changeCosts.ts';
import { type Demands, named, type ProjectSet } from './demands.ts';
import { entities } from './entities.ts';
import { type Cost, NOWHERE, type Place, type SelectedField } from './place.ts';
import { depthOf, identified, inside, linked, pageSize, withTokenLists } from './places.ts';
import { readAssistant, readProject, readToken } from './readIds.ts';
import { USAGE_COSTS } from './usageCosts.ts';

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

  ...USAGE_COSTS,
  ...CHANGE_COSTS,
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
  UsageLimit: 'status period unit softLimit hardLimit used remaining isRenewable validFrom validUntil',
  ApiTokenUsage:
    'from to requests failures cost averageDurationMs percentile95DurationMs lastUsedAt complete coveredSince attribution',
  AssistantUsage:
    'from to requests failures cost averageDurationMs percentile95DurationMs lastUsedAt complete coveredSince',
  ProjectRequestConnection: 'nodes pageInfo',
  ProjectRequest: 'startedAt finishedAt status answeredBy cost durationMs module session input output prompt',
  TokenFindingConnection: 'nodes pageInfo projectsExamined',
  TokenFinding: 'kind severity certainty evidence apiToken',
  TokenFindingEvidence: 'text createdAt tokensOfSameName requests lastUsedAt errorCode',
  CreateApiTokenPayload: 'secret sealedSecret recovered userErrors',
  TokenVerification: 'outcome verifiedAt watchedMs reason',
  BlockApiTokenPayload: 'changed verification userErrors',
  UnblockApiTokenPayload: 'changed verification userErrors',
  RevokeApiTokenPayload: 'changed verification userErrors',
  UpdateApiTokenPayload: 'userErrors',
  RotateApiTokenPayload: 'oldApiToken secret sealedSecret stage verification oldVerification recovered userErrors',
  ApiTokenUserError: 'code message field',
  CreateProjectPayload: 'project apiTokens recovered userErrors',
  IssuedApiToken: 'secret sealedSecret',
  CreateProjectUserError: 'code message field',
  BlockApiTokensPayload: 'planId dryRun counts projectCount unreadableProjectCount projects userErrors',
  UnblockApiTokensPayload: 'planId dryRun counts projectCount unreadableProjectCount projects userErrors',
  BulkApiTokenCounts: 'total wouldChange changed alreadyDone leftOut failed outcomeUnknown notAttempted',
  BulkApiTokenProject: 'problem counts results',
  BulkApiTokenResult: 'outcome changed apiToken verification requestedId problem',
  BulkApiTokenProblem: 'code message',
  BulkApiTokenUserError: 'code message field',
  _Service: 'sdl',
};

/** The projects that the presented tokens are limited to. */
function presented({ caller }: Demands): ProjectSet {
  return { ids: null, key: 'presented', size: caller.tokens, isListed: false };
}

/** One look-up for all that only it tells of an assistant out of a list. */
function lookedUp(field: SelectedField, place: Place, { ledger }: Demands): Place {
  if (place.assistants) ledger.addOnce('assistant', place.assistants, field.path);
  return place;
}

function needsDetail(names: ReadonlySet<string>): boolean {
  return names.has('description') || names.has('kind') || names.has('status');
}
