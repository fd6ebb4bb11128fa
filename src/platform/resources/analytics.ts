import type { Decimal } from '../../values/decimal.ts';
import { optionalDecimal, optionalInteger, optionalNumber, optionalText } from '../client/decode.ts';
import { type Endpoint, KEPT_MS, read } from '../client/endpoint.ts';
import type { PlatformList } from '../client/lists.ts';
import {
  AGENT,
  COST,
  changesOf,
  DAY,
  type Decoder,
  FAILURES,
  one,
  PROJECT,
  perDay,
  REQUESTS,
  record,
  rows,
  series,
  TOKENS,
  USAGE,
  USER,
} from './figures.ts';

/** Days of a window, both included, as `YYYY-MM-DD`. */
export interface Days {
  readonly startDate: string;
  readonly endDate: string;
}

/** A figure of a project, or of a whole organization: one call. */
export interface Figure<Value> {
  readonly ofProject: Endpoint<'project' | 'oauth' | 'organization', Days & { readonly projectId: string }, Value>;
  readonly ofOrganization: Endpoint<'organization', Days, Value>;
}

/** A figure that is a list of any length. */
export interface ListFigure<Item> extends Figure<PlatformList<Item>> {
  /** Values to order it by, under the names of the schema. The first is the default. */
  readonly orders: Readonly<Record<string, (item: Item) => string | number | Decimal | null>>;
}

interface Usage {
  readonly cost: Decimal | null;
  readonly requests: number | null;
  readonly tokens: number | null;
}

const BY_USAGE = {
  COST: ({ cost }: Usage) => cost,
  REQUESTS: ({ requests }: Usage) => requests,
  TOKENS: ({ tokens }: Usage) => tokens,
};

/**
 * Figures by field of `AnalyticsFigures`: endpoint and decoder (platform-api.md 2.10). Costs, sources and resolvers are made of
 * this table: another figure is a line here and its field in the schema.
 */
export const FIGURES = {
  agentChanges: figure('lab/agents-created-and-modified', record(changesOf('Agents'))),
  flowChanges: figure('lab/flows-created-and-modified', record(changesOf('Flows'))),
  processChanges: figure('lab/processes-created-and-modified', record(changesOf('Processes'))),
  createdProjects: figure('lab/projects-created', one('createdProjects', optionalInteger)),
  totalRequests: figure('requests/total-requests', one('totalRequests', optionalInteger)),
  failedRequests: figure('requests/total-requests-with-error', one('totalRequestsWithError', optionalInteger)),
  errorRatePercent: figure('requests/overall-error-rate', one('errorRate', optionalNumber)),
  totalCost: figure('requests/total-cost', one('totalCost', optionalDecimal)),
  averageCostPerRequest: figure('requests/average-cost-per-request', one('averageCost', optionalDecimal)),
  averageCostPerUser: figure('requests/average-cost-per-user', one('averageCost', optionalDecimal)),
  averageRequestDurationMs: figure('requests/average-request-time', one('averageTime', optionalNumber)),
  totalRequestTime: figure('requests/total-request-time', one('totalTime', optionalNumber)),
  averageRequestsPerDay: figure('requests/average-requests-per-day', one('averageRequests', optionalNumber)),
  averageRequestsPerUser: figure('requests/average-requests-per-user', one('averageRequests', optionalNumber)),
  averageTokensPerRequest: figure(
    'requests/average-tokens-per-request',
    record({
      input: ['averageInputTokens', optionalNumber],
      output: ['averageOutputTokens', optionalNumber],
      total: ['averageTotalTokens', optionalNumber],
    }),
  ),
  totalTokens: figure('requests/total-tokens', totalTokens()),
  numberOfTokens: figure('requests/number-of-tokens', totalTokens()),
  activeUsers: figure('requests/total-active-users', one('totalActiveUsers', optionalInteger)),
  activeAgents: figure('requests/total-active-agents', one('totalActiveAgents', optionalInteger)),
  activeProjects: figure('requests/total-active-projects', one('totalActiveProjects', optionalInteger)),

  agentChangesPerDay: figure(
    'lab/agents-created-and-modified-per-day',
    perDay('agentsCreatedAndModifiedPerDay', changesOf('Agents')),
  ),
  flowChangesPerDay: figure(
    'lab/flows-created-and-modified-per-day',
    perDay('flowsCreatedAndModifiedPerDay', changesOf('Flows')),
  ),
  processChangesPerDay: figure(
    'lab/processes-created-and-modified-per-day',
    perDay('processesCreatedAndModifiedPerDay', changesOf('Processes')),
  ),
  // Members are not stated: taken to be named as those beside it (platform-api.md 2.10).
  createdProjectsPerDay: figure(
    'lab/projects-created-per-day',
    perDay('projectsCreatedPerDay', { created: ['createdProjects', optionalInteger] }),
  ),
  requestsPerDay: figure('requests/total-requests-per-day', perDay('requestsPerDay', { ...REQUESTS, ...FAILURES })),
  costPerDay: figure('requests/total-cost-per-day', perDay('costPerDay', COST)),
  tokensPerDay: figure('requests/number-of-tokens-per-day', perDay('tokensPerDay', TOKENS)),

  topAgentsByRequests: figure('requests/top-10-agents-by-requests', series('topAgents', { ...AGENT, ...REQUESTS })),
  topAgentsByTokens: figure(
    'requests/top-10-agents-by-tokens',
    series('topAgents', { ...AGENT, tokens: ['totalTokens', optionalNumber] }),
  ),
  topUsersByCost: figure('requests/top-10-users-by-cost', series('topUsers', { ...USER, ...COST })),
  topUsersByRequests: figure('requests/top-10-users-by-requests', series('topUsers', { ...USER, ...REQUESTS })),

  averageCostPerUserPerDay: list(
    'requests/average-cost-per-user-per-date',
    rows('averageCostPerUserPerDate', { ...DAY, ...USER, cost: ['averageCost', optionalDecimal] }),
    { DAY: ({ day, userId }) => `${day} ${userId ?? ''}`, COST: ({ cost }) => cost },
  ),
  averageRequestsPerUserPerDay: list(
    'requests/average-requests-per-user-per-date',
    rows('averageRequestsPerUserPerDate', { ...DAY, ...USER, requests: ['averageRequests', optionalNumber] }),
    { DAY: ({ day, userId }) => `${day} ${userId ?? ''}`, REQUESTS: ({ requests }) => requests },
  ),
  tokensPerAgent: list(
    'requests/number-of-tokens-per-agent',
    rows('tokensPerAgent', { ...AGENT, model: ['model', optionalText], ...TOKENS }),
    { AGENT: ({ agent }) => agent, TOTAL: ({ total }) => total },
  ),
  averageUsersPerAgent: list(
    'requests/average-users-per-agent',
    rows('averageUsersPerAgent', { ...AGENT, users: ['averageUsers', optionalNumber] }),
    { AGENT: ({ agent }) => agent, USERS: ({ users }) => users },
  ),
  averageUsersPerProject: list(
    'requests/average-users-per-project',
    rows('averageUsersPerProject', { ...PROJECT, users: ['averageUsers', optionalNumber] }),
    { PROJECT: ({ projectId }) => projectId, USERS: ({ users }) => users },
  ),
  agentUsagePerUser: list('requests/agent-usage-per-user', rows('agentUsagePerUser', { ...USER, ...USAGE }), {
    USER: ({ userId }) => userId,
    ...BY_USAGE,
  }),
  // Members of the next two are unknown: taken to be those of the one above (platform-api.md 2.10).
  agentUsagePerProject: list(
    'requests/agent-usage-per-project',
    rows('agentUsagePerProject', { ...PROJECT, ...USAGE }),
    { PROJECT: ({ projectId }) => projectId, ...BY_USAGE },
  ),
  agentUsagePerOrganizationAndProject: list(
    'requests/agent-usage-per-organization-and-project',
    rows('agentUsagePerOrganizationAndProject', { ...PROJECT, ...USAGE }),
    { PROJECT: ({ projectId }) => projectId, ...BY_USAGE },
  ),
};

function totalTokens() {
  return record({
    input: ['totalInputTokens', optionalNumber],
    output: ['totalOutputTokens', optionalNumber],
    total: ['totalTokens', optionalNumber],
  });
}

/**
 * With an organization's token, the header says which project is meant, and its absence all of them. The reference leaves open
 * that these tokens are taken (platform-api.md 1.4).
 */
function figure<Value>(path: string, decode: Decoder<Value>): Figure<Value> {
  const declared = {
    route: `GET /v1/analytics/${path}`,
    family: 'analytics',
    keptMs: KEPT_MS.forSeconds,
    hasAmounts: true,
    query: ({ startDate, endDate }: Days) => ({ startDate, endDate }),
    decode,
  } as const;
  return {
    ofProject: read({
      ...declared,
      accepts: ['project', 'oauth', 'organization'],
      target: 'project',
      targetAs: 'context',
    }),
    ofOrganization: read({ ...declared, accepts: ['organization'] }),
  };
}

function list<Item>(
  path: string,
  decode: Decoder<PlatformList<Item>>,
  orders: ListFigure<Item>['orders'],
): ListFigure<Item> {
  return { ...figure(path, decode), orders };
}
