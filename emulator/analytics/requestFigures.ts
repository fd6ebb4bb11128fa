import type { EmulatorSettings } from '../options.ts';
import { agents, average, days, distinct, groups, sum, tokens, topTen, totalCost, userMembers } from './totals.ts';
import type { Usage } from './usage.ts';
import { lengthInDays, type Window } from './window.ts';

/** What one endpoint answers about the requests of a window. */
type Figure = (usage: readonly Usage[], window: Window, settings: EmulatorSettings) => object;

const MILLISECONDS_OF_HOUR = 3_600_000;

const TOTALS: Readonly<Record<string, Figure>> = {
  'total-requests': (usage) => ({ totalRequests: usage.length }),
  'total-requests-with-error': (usage) => ({ totalRequestsWithError: failures(usage) }),
  'overall-error-rate': (usage) => ({ errorRate: average(100 * failures(usage), usage.length) }),
  'total-cost': (usage) => ({ totalCost: totalCost(usage) }),
  'average-cost-per-request': (usage) => ({ averageCost: average(totalCost(usage), usage.length) }),
  'average-cost-per-user': (usage) => ({ averageCost: average(totalCost(ofUsers(usage)), users(usage)) }),
  'average-request-time': (usage) => ({ averageTime: average(time(usage), usage.length) }),
  'total-request-time': (usage, _window, { requestTimeUnit }) => ({
    totalTime: requestTimeUnit === 'hours' ? average(time(usage), MILLISECONDS_OF_HOUR) : time(usage),
  }),
  'average-requests-per-day': (usage, window) => ({ averageRequests: average(usage.length, lengthInDays(window)) }),
  'average-requests-per-user': (usage) => ({ averageRequests: average(ofUsers(usage).length, users(usage)) }),
  'average-tokens-per-request': (usage) => {
    const { inputTokens, outputTokens, totalTokens } = tokens(usage);
    return {
      averageInputTokens: average(inputTokens, usage.length),
      averageOutputTokens: average(outputTokens, usage.length),
      averageTotalTokens: average(totalTokens, usage.length),
    };
  },
  'total-tokens': allTokens,
  'number-of-tokens': allTokens,
  'total-active-users': (usage) => ({ totalActiveUsers: users(usage) }),
  'total-active-agents': (usage) => ({ totalActiveAgents: distinct(usage, ({ agent }) => agent) }),
  'total-active-projects': (usage) => ({ totalActiveProjects: distinct(usage, ({ project }) => project) }),
};

const PER_DAY: Readonly<Record<string, Figure>> = {
  'total-requests-per-day': (usage) => ({
    requestsPerDay: days(usage).map(([date, items]) => ({
      date,
      totalRequests: items.length,
      totalRequestsWithError: failures(items),
    })),
  }),
  'total-cost-per-day': (usage) => ({
    costPerDay: days(usage).map(([date, items]) => ({ date, totalCost: totalCost(items) })),
  }),
  'number-of-tokens-per-day': (usage) => ({
    tokensPerDay: days(usage).map(([date, items]) => ({ date, ...tokens(items) })),
  }),
  'average-cost-per-user-per-date': (usage) => ({
    averageCostPerUserPerDate: perUserAndDay(usage, (items) => ({
      averageCost: average(totalCost(items), items.length),
    })),
  }),
  'average-requests-per-user-per-date': (usage) => ({
    averageRequestsPerUserPerDate: perUserAndDay(usage, (items) => ({ averageRequests: items.length })),
  }),
};

const BREAKDOWNS: Readonly<Record<string, Figure>> = {
  'number-of-tokens-per-agent': (usage) => ({
    tokensPerAgent: agents(usage).flatMap(([agentName, ofAgent]) =>
      groups(ofAgent, ({ model }) => model).map(([model, items]) => ({ agentName, model, ...tokens(items) })),
    ),
  }),
  'average-users-per-agent': (usage) => ({
    averageUsersPerAgent: agents(usage).map(([agentName, items]) => ({ agentName, averageUsers: dailyUsers(items) })),
  }),
  'average-users-per-project': (usage) => ({
    averageUsersPerProject: groups(usage, ({ project }) => project).map(([{ id, name }, items]) => ({
      projectId: id,
      projectName: name,
      averageUsers: dailyUsers(items),
    })),
  }),
  'agent-usage-per-user': (usage) => ({ agentUsagePerUser: perUser(ofAgents(usage), usageTotals) }),
  // The members of the next two are unknown (section 2.10); these follow the one above.
  'agent-usage-per-project': (usage) => ({
    agentUsagePerProject: groups(ofAgents(usage), ({ project }) => project).map(([{ id, name }, items]) => ({
      projectId: id,
      projectName: name,
      ...usageTotals(items),
    })),
  }),
  'agent-usage-per-organization-and-project': (usage) => ({
    agentUsagePerOrganizationAndProject: groups(ofAgents(usage), ({ project }) => project).map(([project, items]) => ({
      organizationId: project.organization.id,
      organizationName: project.organization.name,
      projectId: project.id,
      projectName: project.name,
      ...usageTotals(items),
    })),
  }),
  'top-10-agents-by-requests': (usage) => ({
    topAgents: topTen(
      agents(usage).map(([agentName, items]) => ({ agentName, totalRequests: items.length })),
      ({ totalRequests }) => totalRequests,
    ),
  }),
  'top-10-agents-by-tokens': (usage) => ({
    topAgents: topTen(
      agents(usage).map(([agentName, items]) => ({ agentName, totalTokens: tokens(items).totalTokens })),
      ({ totalTokens }) => totalTokens,
    ),
  }),
  'top-10-users-by-cost': (usage) => ({
    topUsers: topTen(
      perUser(usage, (items) => ({ totalCost: totalCost(items) })),
      (item) => item.totalCost,
    ),
  }),
  'top-10-users-by-requests': (usage) => ({
    topUsers: topTen(
      perUser(usage, (items) => ({ totalRequests: items.length })),
      ({ totalRequests }) => totalRequests,
    ),
  }),
};

/** The figures under `/v1/analytics/requests/`, by the end of the path (platform-api.md section 2.10). */
export const REQUEST_FIGURES: Readonly<Record<string, Figure>> = { ...TOTALS, ...PER_DAY, ...BREAKDOWNS };

function failures(usage: readonly Usage[]): number {
  return usage.filter(({ isFailed }) => isFailed).length;
}

function time(usage: readonly Usage[]): number {
  return sum(usage, ({ milliseconds }) => milliseconds);
}

function ofUsers(usage: readonly Usage[]): Usage[] {
  return usage.filter(({ user }) => user !== null);
}

function ofAgents(usage: readonly Usage[]): Usage[] {
  return usage.filter(({ agent }) => agent !== null);
}

function users(usage: readonly Usage[]): number {
  return distinct(usage, ({ user }) => user);
}

/** Different users of a day, on the average of the days with requests. */
function dailyUsers(usage: readonly Usage[]): number {
  const perDay = days(usage).map(([, items]) => users(items));
  return average(
    perDay.reduce((total, count) => total + count, 0),
    perDay.length,
  );
}

function allTokens(usage: readonly Usage[]): object {
  const { inputTokens, outputTokens, totalTokens } = tokens(usage);
  return { totalInputTokens: inputTokens, totalOutputTokens: outputTokens, totalTokens };
}

function usageTotals(usage: readonly Usage[]) {
  return { totalCost: totalCost(usage), totalRequests: usage.length, totalTokens: tokens(usage).totalTokens };
}

function perUser<T extends object>(usage: readonly Usage[], of: (items: readonly Usage[]) => T) {
  return groups(usage, ({ user }) => user).map(([user, items]) => ({ ...userMembers(user), ...of(items) }));
}

function perUserAndDay(usage: readonly Usage[], of: (items: readonly Usage[]) => object): object[] {
  return days(usage).flatMap(([date, items]) => perUser(items, of).map((item) => ({ date, ...item })));
}
