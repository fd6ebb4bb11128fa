/** Every figure of the reference (platform-api.md 2.10): its field, the end of its path, and members as `graph=platform`. */
export interface Expected {
  readonly field: string;
  readonly end: string;
  /** Member of the answer that holds the list; null for a figure that is none. */
  readonly list: string | null;
  readonly isPaged: boolean;
  /** One member without a name of the graph: the figure is that number. */
  readonly members: readonly (readonly [graph: string, platform: string])[];
}

const CHANGES = (things: string) => `created=created${things} modified=modified${things}`;
const TOKENS = 'input=inputTokens output=outputTokens total=totalTokens';
const TOTALS = 'input=totalInputTokens output=totalOutputTokens total=totalTokens';
const USER = 'userId=userId userName=userName';
const USAGE = 'cost=totalCost requests=totalRequests tokens=totalTokens';

/** A list is `member: members`; of pages, `member* members`. */
const TABLE = `
agentChanges | lab/agents-created-and-modified | ${CHANGES('Agents')}
agentChangesPerDay | lab/agents-created-and-modified-per-day | agentsCreatedAndModifiedPerDay: day=date ${CHANGES('Agents')}
flowChanges | lab/flows-created-and-modified | ${CHANGES('Flows')}
flowChangesPerDay | lab/flows-created-and-modified-per-day | flowsCreatedAndModifiedPerDay: day=date ${CHANGES('Flows')}
processChanges | lab/processes-created-and-modified | ${CHANGES('Processes')}
processChangesPerDay | lab/processes-created-and-modified-per-day | processesCreatedAndModifiedPerDay: day=date ${CHANGES('Processes')}
createdProjects | lab/projects-created | createdProjects
createdProjectsPerDay | lab/projects-created-per-day | projectsCreatedPerDay: day=date created=createdProjects
totalRequests | requests/total-requests | totalRequests
requestsPerDay | requests/total-requests-per-day | requestsPerDay: day=date requests=totalRequests failures=totalRequestsWithError
failedRequests | requests/total-requests-with-error | totalRequestsWithError
errorRatePercent | requests/overall-error-rate | errorRate
totalCost | requests/total-cost | totalCost
costPerDay | requests/total-cost-per-day | costPerDay: day=date cost=totalCost
averageCostPerRequest | requests/average-cost-per-request | averageCost
averageCostPerUser | requests/average-cost-per-user | averageCost
averageCostPerUserPerDay | requests/average-cost-per-user-per-date | averageCostPerUserPerDate* day=date ${USER} cost=averageCost
averageRequestDurationMs | requests/average-request-time | averageTime
totalRequestTime | requests/total-request-time | totalTime
averageRequestsPerDay | requests/average-requests-per-day | averageRequests
averageRequestsPerUser | requests/average-requests-per-user | averageRequests
averageRequestsPerUserPerDay | requests/average-requests-per-user-per-date | averageRequestsPerUserPerDate* day=date ${USER} requests=averageRequests
averageTokensPerRequest | requests/average-tokens-per-request | input=averageInputTokens output=averageOutputTokens total=averageTotalTokens
totalTokens | requests/total-tokens | ${TOTALS}
numberOfTokens | requests/number-of-tokens | ${TOTALS}
tokensPerAgent | requests/number-of-tokens-per-agent | tokensPerAgent* agent=agentName model=model ${TOKENS}
tokensPerDay | requests/number-of-tokens-per-day | tokensPerDay: day=date ${TOKENS}
activeUsers | requests/total-active-users | totalActiveUsers
activeAgents | requests/total-active-agents | totalActiveAgents
activeProjects | requests/total-active-projects | totalActiveProjects
averageUsersPerAgent | requests/average-users-per-agent | averageUsersPerAgent* agent=agentName users=averageUsers
averageUsersPerProject | requests/average-users-per-project | averageUsersPerProject* project=projectId users=averageUsers
agentUsagePerUser | requests/agent-usage-per-user | agentUsagePerUser* ${USER} ${USAGE}
agentUsagePerProject | requests/agent-usage-per-project | agentUsagePerProject* project=projectId ${USAGE}
agentUsagePerOrganizationAndProject | requests/agent-usage-per-organization-and-project | agentUsagePerOrganizationAndProject* project=projectId ${USAGE}
topAgentsByRequests | requests/top-10-agents-by-requests | topAgents: agent=agentName requests=totalRequests
topAgentsByTokens | requests/top-10-agents-by-tokens | topAgents: agent=agentName tokens=totalTokens
topUsersByCost | requests/top-10-users-by-cost | topUsers: ${USER} cost=totalCost
topUsersByRequests | requests/top-10-users-by-requests | topUsers: ${USER} requests=totalRequests
`;

export const EXPECTED: readonly Expected[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [field = '', end = '', told = ''] = line.split(' | ');
    const [, list = null, mark = '', members = ''] = /^(?:(\w+)([:*]) )?(.*)$/.exec(told) ?? [];
    const pairs = members.split(' ').map((pair): [string, string] => {
      const [graph = '', platform] = pair.split('=');
      return platform === undefined ? ['', graph] : [graph, platform];
    });
    return { field, end, list, isPaged: mark === '*', members: pairs };
  });

/** The field with all that can be selected below. */
export function selectionOf({ field, isPaged, members }: Expected, first = 100): string {
  const below = members.map(([graph]) => (graph === 'project' ? 'project { id }' : graph)).join(' ');
  if (isPaged) return `${field}(first: ${first}) { totalCount unreadableCount nodes { ${below} } }`;
  return below === '' ? field : `${field} { ${below} }`;
}

/** What the graph is to return for an answer of the platform, amounts as numbers, lists in an order of their own. */
export function expectedOf({ list, members }: Expected, body: Record<string, unknown>): unknown {
  const [[name, platform] = ['', '']] = members;
  if (name === '') return body[platform] ?? null;
  const rows = list === null ? [body] : (body[list] as Record<string, unknown>[]);
  const shown = rows.map((row) => Object.fromEntries(members.map(([graph, member]) => [graph, row[member] ?? null])));
  return list === null ? shown[0] : sorted(shown);
}

/** The same of what the graph returned. */
export function shownOf({ isPaged, list, members }: Expected, value: unknown): unknown {
  if (members[0]?.[0] === '') return typeof value === 'string' ? Number(value) : value;
  const rows = isPaged ? (value as { nodes: object[] }).nodes : list === null ? [value as object] : (value as object[]);
  const plain = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, of]) => {
        if (name === 'cost') return [name, Number(of)];
        return [name, name === 'project' ? of.id : of];
      }),
    ),
  );
  return list === null ? plain[0] : sorted(plain);
}

function sorted(rows: object[]): object[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
