import { createHash } from 'node:crypto';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { addResolversToSchema } from '@graphql-tools/schema';
import { type ExecutionResult, execute, type GraphQLResolveInfo, type GraphQLSchema, parse } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { readTypeDefs } from '../../src/graphql/schema.ts';
import { type Access, failure, type Presented } from './access.ts';
import {
  matchesToken,
  matchingName,
  matchingProject,
  type OrganizationTokenFilter,
  type ProjectFilter,
  type TokenFilter,
} from './filters.ts';
import { assistantId, hintOf, partsOfAssistant, projectOfApiToken } from './identity.ts';
import type { ApiTokenEntry, AssistantEntry, OrganizationEntry, ProjectEntry } from './model.ts';
import type { Operation } from './operations.ts';
import type { KnownCursors, OrderOf, Orders, Page } from './paging.ts';
import { readProjectIds, scan } from './tokenScan.ts';

/** Those of a caller who presents tokens of the platform. */
const PERMISSIONS = [
  ...['geai:read', 'geai:requests:read', 'geai:content:read', 'geai:tokens:write', 'geai:projects:write'],
  ...['geai:members:write', 'geai:limits:write', 'geai:organizations:write'],
];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Answers operations from the model, by the contract and the rules of `Access`. Knows nothing of calls and batches. */
export class Oracle {
  readonly #schema: GraphQLSchema;

  constructor(cursors: KnownCursors) {
    this.#schema = addResolversToSchema({
      schema: buildSubgraphSchema(readTypeDefs()),
      resolvers: resolversWith(cursors),
    });
  }

  async answer({ document, variables }: Operation, access: Access): Promise<ExecutionResult> {
    const [schema, contextValue] = [this.#schema, access];
    const source = { schema, document: parse(document), variableValues: variables, contextValue };
    const result = await execute({ ...source, fieldResolver: member });
    for (const { originalError } of result.errors ?? [])
      if (originalError instanceof UntaughtError) throw originalError;
    return result;
  }
}

/** Thrown for a field that is new: the oracle is taught what it answers, or docs/coverage.md names its test. */
class UntaughtError extends Error {}

function member(source: Record<string, unknown>, _args: unknown, _access: unknown, info: GraphQLResolveInfo): unknown {
  if (info.fieldName in source) return source[info.fieldName];
  throw new UntaughtError(
    `test/oracle/answers.ts does not know ${info.parentType.name}.${info.fieldName}, nor does docs/coverage.md name its test`,
  );
}

const STATUSES = ['ACTIVE', 'HIDDEN', 'DELETED', 'UNRECOGNIZED'];

/** The lists, with what orders them. */
const projectOrder: OrderOf<ProjectEntry> = ({ name, id }) => [name.toLowerCase(), id];
const tokenOrder: OrderOf<ApiTokenEntry> = ({ createdAt, name, hint }) => [createdAt, name, hint];
const tokenOrderOfAll: OrderOf<ApiTokenEntry> = (token) => [...tokenOrder(token), token.project.id];
export const orders = {
  projects: {
    list: 'projects',
    byField: {
      NAME: projectOrder,
      STATUS: (project) => [String(STATUSES.indexOf(project.status)), ...projectOrder(project)],
    },
  } satisfies Orders<ProjectEntry>,
  apiTokens: {
    list: 'apiTokens',
    byField: {
      CREATED_AT: tokenOrder,
      NAME: (token) => [token.name.toLowerCase(), ...tokenOrder(token)],
      STATUS: (token) => [token.status, ...tokenOrder(token)],
    },
  } satisfies Orders<ApiTokenEntry>,
  organizationApiTokens: {
    list: 'organizationApiTokens',
    field: 'apiTokens',
    byField: {
      CREATED_AT: tokenOrderOfAll,
      NAME: (token) => [token.name.toLowerCase(), ...tokenOrderOfAll(token)],
      STATUS: (token) => [token.status, ...tokenOrderOfAll(token)],
    },
  } satisfies Orders<ApiTokenEntry>,
  assistants: {
    list: 'assistants',
    byField: { NAME: ({ name, id }) => [name.toLowerCase(), assistantUuid(id)] },
  } satisfies Orders<AssistantEntry>,
};

/** A page and what it leaves in. */
type Listed<Filter> = Page & { readonly filter?: Filter | null };

/** What the oracle is taught, by type and field. */
export function resolversWith(cursors: KnownCursors) {
  return {
    Query: {
      viewer: (_root: unknown, _args: unknown, access: Access) => access.presented(),
      organization: (_root: unknown, { id }: { id?: string | null }, access: Access) => organization(id, access),
      project: (_root: unknown, { id }: { id: string }, access: Access) => access.project(uuidOf(id)),
      apiToken: (_root: unknown, { id }: { id: string }, access: Access) => apiToken(id, access),
      assistant: (_root: unknown, { id }: { id: string }, access: Access) => assistant(id, access),
      node: (_root: unknown, { id }: { id: string }, access: Access) => node(id, access),
      identifyApiToken: (_root: unknown, args: Identify, access: Access) => identified(args, access),
      _entities: (_root: unknown, { representations }: { representations: unknown[] }, access: Access) =>
        representations.map((one) => settled(() => entity(one, access))),
    },
    Node: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    _Entity: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    Viewer: viewer,
    ViewerCredential: {
      hint: ({ kind, token }: Presented) => (kind === 'oauth' ? '…' : hintOf(token)),
      kind: ({ kind }: Presented) => (kind === 'oauth' ? 'USER_TOKEN' : `${kind.toUpperCase()}_TOKEN`),
      isAccepted: () => true,
      project: ({ project }: Presented, _args: unknown, access: Access, info: GraphQLResolveInfo) =>
        linked(project, access, info),
    },
    Organization: {
      projects: (owner: OrganizationEntry, { filter, ...page }: Listed<ProjectFilter>, access: Access) =>
        cursors.page(access.projectsOf(owner).filter(matchingProject(filter ?? {})), orders.projects, page),
      apiTokens: (owner: OrganizationEntry, { filter, ...page }: Listed<OrganizationTokenFilter>, access: Access) => {
        const matches = matchesToken(filter ?? {});
        const projectIds = readProjectIds(filter?.projectIds);
        cursors.page([], orders.organizationApiTokens, page);
        const { tokens, unreadableProjects } = scan(access, [owner], projectIds);
        return {
          ...cursors.page(tokens.filter(matches), orders.organizationApiTokens, page),
          unreadableProjectCount: unreadableProjects.length,
          unreadableProjects: unreadableProjects.slice(0, page.first),
        };
      },
    },
    Project: {
      // Its name comes with a token of the organization, or not at all.
      organization: ({ organization: { id, name } }: ProjectEntry, _args: unknown, access: Access) =>
        access.organizations().find((open) => open.id === id) ?? { id, name: name && null },
      apiTokens: ({ id }: ProjectEntry, { filter, ...page }: Listed<TokenFilter>, access: Access) => {
        const matches = matchesToken(filter ?? {});
        const managed = access.managed(id);
        return managed && cursors.page(managed.apiTokens.filter(matches), orders.apiTokens, page);
      },
      assistants: ({ id }: ProjectEntry, { filter, ...page }: Listed<ProjectFilter>, access: Access) => {
        const matches = matchingName(filter?.nameContains);
        const open = access.inside(id);
        return open && cursors.page((open.assistants ?? []).filter(matches), orders.assistants, page);
      },
      usageLimit: ({ id }: ProjectEntry, _args: unknown, access: Access) => access.managed(id)?.usageLimit ?? null,
    },
    UnreadableProject: {
      project: (
        { project }: { project: ProjectEntry | null },
        _args: unknown,
        access: Access,
        info: GraphQLResolveInfo,
      ) => linked(project, access, info),
    },
    ApiToken: { project: linkOf },
    Assistant: { project: linkOf },
  };
}

const viewer = {
  subject: () => null,
  permissions: () => PERMISSIONS,
  credentials: (presented: readonly Presented[]) => presented,
  organizations: (_presented: unknown, _args: unknown, access: Access) => access.organizations(),
  projects: (presented: readonly Presented[], _args: unknown, access: Access, info: GraphQLResolveInfo) =>
    [...new Set(presented.flatMap(({ project }) => project ?? []))].map((one) =>
      settled(() => linked(one, access, info)),
    ),
  scopes: openScopes,
  missing: (presented: readonly Presented[], args: unknown, access: Access) =>
    ['ORGANIZATION', 'PROJECT']
      .filter((scope) => !openScopes(presented, args, access).includes(scope))
      .map((scope) => ({ scope, permission: null })),
};

function openScopes(presented: readonly Presented[], _args: unknown, { borrowing }: Access): string[] {
  const has = (wanted: string) => presented.some(({ kind }) => kind === wanted || kind === 'oauth');
  const project = has('project') || (borrowing && has('organization'));
  return [...(has('organization') ? ['ORGANIZATION'] : []), ...(project ? ['PROJECT'] : [])];
}

/** A link leads to the project; only who reads more than what every link tells needs to be able to read its record. */
function linked(project: ProjectEntry | null, access: Access, info: GraphQLResolveInfo): ProjectEntry | null {
  if (project === null) return null;
  const type = info.schema.getType('Project');
  const fields = collectSubfields(info.schema, info.fragments, info.variableValues, type as never, info.fieldNodes);
  const free = new Set(['__typename', 'id', 'organization', 'apiTokens', 'assistants', 'usageLimit']);
  const readsRecord = [...fields.values()].some(([node]) => !free.has(node?.name.value ?? ''));
  return readsRecord ? access.project(project.id) : project;
}

function linkOf({ project }: { project: ProjectEntry }, _args: unknown, access: Access, info: GraphQLResolveInfo) {
  return linked(project, access, info);
}

function organization(id: string | null | undefined, access: Access): OrganizationEntry | null {
  const open = access.organizations();
  if (id != null) return open.find((one) => one.id === uuidOf(id)) ?? null;
  if (open.length > 1) throw failure('BAD_USER_INPUT');
  return open[0] ?? null;
}

interface Identify {
  readonly sha256: string;
  readonly organizationId?: string | null;
  readonly projectIds?: readonly string[] | null;
}

function identified({ sha256, organizationId, projectIds }: Identify, access: Access) {
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw failure('BAD_USER_INPUT');
  const wanted = readProjectIds(projectIds);
  const id = organizationId == null ? null : uuidOf(organizationId);
  const open = access.organizations().filter((one) => id === null || one.id === id);
  if (open.length === 0) return null;
  const { tokens, ...rest } = scan(access, open, wanted);
  const hashOf = ({ secret }: ApiTokenEntry) => createHash('sha256').update(secret).digest('hex');
  const found = tokens.find((token) => hashOf(token) === sha256.toLowerCase()) ?? null;
  const isOpen = rest.unreadableProjects.length + rest.unreadableOrganizationCount > 0;
  return {
    ...rest,
    outcome: found ? 'FOUND' : isOpen ? 'UNKNOWN' : 'NOT_FOUND',
    apiToken: found,
    comparedCount: tokens.length,
    incomparableCount: 0,
    unreadableProjectCount: rest.unreadableProjects.length,
  };
}

function apiToken(id: string, access: Access): ApiTokenEntry | null {
  const projectId = projectOfApiToken(id);
  if (projectId === null) throw failure('BAD_USER_INPUT');
  return access.managed(projectId)?.apiTokens.find((token) => token.id === id) ?? null;
}

function assistant(id: string, access: Access): AssistantEntry | null {
  const [projectId] = partsOfAssistant(id) ?? [];
  if (projectId === undefined) throw failure('BAD_USER_INPUT');
  return access.inside(projectId)?.assistants?.find((one) => one.id === id) ?? null;
}

/** The id says what it is of. A UUID is of an organization that the credentials open, or else of a project. */
function node(id: string, access: Access): object | null {
  if (partsOfAssistant(id)) return typed('Assistant', assistant(id, access));
  if (!UUID.test(id)) return typed('ApiToken', apiToken(id, access));
  return typed('Organization', organization(id, access)) ?? typed('Project', access.project(uuidOf(id)));
}

function typed(__typename: string, found: object | null): object | null {
  return found && { ...found, __typename };
}

function entity(reference: unknown, access: Access): object | null {
  const { __typename, ...key } = reference as Record<string, unknown>;
  const id = __typename === 'Assistant' ? assistantIdOf(key) : key.id;
  const find = typeof __typename === 'string' ? ENTITIES[__typename] : undefined;
  // Who is asking comes first for organizations: there is nothing to look up.
  if (__typename === 'Organization') access.presented();
  if (!find || typeof id !== 'string') throw failure('BAD_USER_INPUT');
  return find(id, access);
}

/** The id behind either key. */
function assistantIdOf({ id, project, platformId }: Record<string, unknown>): unknown {
  if (id !== undefined || typeof platformId !== 'string') return id;
  const { id: projectId } = (project ?? {}) as Record<string, unknown>;
  return assistantId(uuidOf(String(projectId)), uuidOf(platformId));
}

const ENTITIES: Record<string, (id: string, access: Access) => object | null> = {
  Organization: organization,
  Project: (id, access) => access.project(uuidOf(id)),
  ApiToken: apiToken,
  Assistant: assistant,
};

function uuidOf(id: string): string {
  if (!UUID.test(id)) throw failure('BAD_USER_INPUT');
  return id.toLowerCase();
}

function assistantUuid(id: string): string {
  return partsOfAssistant(id)?.[1] ?? '';
}

/** Thrown errors as elements of a list. */
function settled<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
