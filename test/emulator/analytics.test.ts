import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { itemsOf, refusal, running } from './support/running.ts';

/** Every figure of the reference, with the members of its answer, or of the items of its list. */
const FIGURES: Readonly<Record<string, string>> = {
  'lab/agents-created-and-modified': 'createdAgents,modifiedAgents',
  'lab/agents-created-and-modified-per-day': 'agentsCreatedAndModifiedPerDay[createdAgents,date,modifiedAgents]',
  'lab/flows-created-and-modified': 'createdFlows,modifiedFlows',
  'lab/flows-created-and-modified-per-day': 'flowsCreatedAndModifiedPerDay[createdFlows,date,modifiedFlows]',
  'lab/processes-created-and-modified': 'createdProcesses,modifiedProcesses',
  'lab/processes-created-and-modified-per-day':
    'processesCreatedAndModifiedPerDay[createdProcesses,date,modifiedProcesses]',
  'lab/projects-created': 'createdProjects',
  'lab/projects-created-per-day': 'projectsCreatedPerDay[createdProjects,date]',
  'requests/total-requests': 'totalRequests',
  'requests/total-requests-per-day': 'requestsPerDay[date,totalRequests,totalRequestsWithError]',
  'requests/total-requests-with-error': 'totalRequestsWithError',
  'requests/overall-error-rate': 'errorRate',
  'requests/total-cost': 'totalCost',
  'requests/total-cost-per-day': 'costPerDay[date,totalCost]',
  'requests/average-cost-per-request': 'averageCost',
  'requests/average-cost-per-user': 'averageCost',
  'requests/average-cost-per-user-per-date': 'averageCostPerUserPerDate[averageCost,date,userId,userName]',
  'requests/average-request-time': 'averageTime',
  'requests/total-request-time': 'totalTime',
  'requests/average-requests-per-day': 'averageRequests',
  'requests/average-requests-per-user': 'averageRequests',
  'requests/average-requests-per-user-per-date': 'averageRequestsPerUserPerDate[averageRequests,date,userId,userName]',
  'requests/average-tokens-per-request': 'averageInputTokens,averageOutputTokens,averageTotalTokens',
  'requests/total-tokens': 'totalInputTokens,totalOutputTokens,totalTokens',
  'requests/number-of-tokens': 'totalInputTokens,totalOutputTokens,totalTokens',
  'requests/number-of-tokens-per-agent': 'tokensPerAgent[agentName,inputTokens,model,outputTokens,totalTokens]',
  'requests/number-of-tokens-per-day': 'tokensPerDay[date,inputTokens,outputTokens,totalTokens]',
  'requests/total-active-users': 'totalActiveUsers',
  'requests/total-active-agents': 'totalActiveAgents',
  'requests/total-active-projects': 'totalActiveProjects',
  'requests/average-users-per-agent': 'averageUsersPerAgent[agentName,averageUsers]',
  'requests/average-users-per-project': 'averageUsersPerProject[averageUsers,projectId,projectName]',
  'requests/agent-usage-per-user': 'agentUsagePerUser[totalCost,totalRequests,totalTokens,userId,userName]',
  'requests/agent-usage-per-project': 'agentUsagePerProject[projectId,projectName,totalCost,totalRequests,totalTokens]',
  'requests/agent-usage-per-organization-and-project':
    'agentUsagePerOrganizationAndProject[organizationId,organizationName,projectId,projectName,totalCost,totalRequests,totalTokens]',
  'requests/top-10-agents-by-requests': 'topAgents[agentName,totalRequests]',
  'requests/top-10-agents-by-tokens': 'topAgents[agentName,totalTokens]',
  'requests/top-10-users-by-cost': 'topUsers[totalCost,userId,userName]',
  'requests/top-10-users-by-requests': 'topUsers[totalRequests,userId,userName]',
};

/** The month before the one that the data is dated back from, and that one. */
const WINDOW = 'startDate=2025-12-01&endDate=2026-01-31';

/** Long enough for every assistant and project to begin in it. */
const YEARS = 'startDate=2024-01-01&endDate=2026-01-31';

/** Figures of the first project by its own token, unless told otherwise; the export that they are made of. */
async function analysing(options: Parameters<typeof running>[0] = {}) {
  const platform = await running({ nullMembers: true, requestsPerProject: 80, ...options });
  const { call, projectToken } = platform;
  const figure = async (name: string, token = projectToken, headers = {}, query = WINDOW) =>
    Object((await call(`GET /v1/analytics/${name}?${query}`, { token, headers })).body);
  const requests = async (token = projectToken) =>
    itemsOf((await call('GET /v1/organization/request/export?count=1000', { token })).body, 'items').filter(
      ({ timestamp }) => String(timestamp) >= '2025-12-01' && String(timestamp) < '2026-02-01',
    );
  return { ...platform, figure, requests };
}

test('the platform has 39 figures', () => {
  expect(Object.keys(FIGURES)).toHaveLength(39);
});

describe.each(Object.entries(FIGURES))('%s', (name, shape) => {
  test(`has ${shape}`, async () => {
    const { acme, figure } = await analysing({ projects: 3 });

    expect(shapeOf(await figure(name, acme.token, {}, YEARS))).toBe(shape);
  });

  test('takes a user who names a project, and no window that cannot be', async () => {
    const { call, user, project, projectToken: token } = await running({ projects: 1, requestsPerProject: 5 });
    const route = `GET /v1/analytics/${name}`;

    expect(await call(route, { token: user.token })).toMatchObject(refusal(403, 7));
    expect(await call(route, { token: user.token, headers: { ProjectId: project.id } })).toMatchObject({ status: 200 });
    expect(await call(`${route}?startDate=2026-02-30&endDate=2026-03-01`, { token })).toMatchObject(refusal(400, 11));
  });
});

/** The names of members; of a list, those of all its items. */
function shapeOf(answer: object): string {
  const [first] = Object.entries(answer);
  if (!Array.isArray(first?.[1])) return Object.keys(answer).sort().join();
  return `${first[0]}[${[...new Set(first[1].flatMap((item) => Object.keys(item)))].sort()}]`;
}

test('totals are those of the export', async () => {
  const { figure, requests } = await analysing();
  const all = await requests();
  const failed = all.filter(({ status }) => status === 'failed').length;
  const total = (member: string) => all.reduce((sum, request) => sum + Number(request[member]), 0);

  expect(all.length).toBeGreaterThan(50);
  expect(failed).toBeGreaterThan(0);
  expect(await figure('requests/total-requests')).toEqual({ totalRequests: all.length });
  expect(await figure('requests/total-requests-with-error')).toEqual({ totalRequestsWithError: failed });
  expect((await figure('requests/overall-error-rate')).errorRate).toBeCloseTo((100 * failed) / all.length);
  expect((await figure('requests/total-cost')).totalCost).toBeCloseTo(total('cost'), 8);
  expect((await figure('requests/average-cost-per-request')).averageCost).toBeCloseTo(total('cost') / all.length, 8);
  expect((await figure('requests/average-request-time')).averageTime).toBeCloseTo(total('elapsedTimeMs') / all.length);
  expect((await figure('requests/total-request-time')).totalTime).toBeCloseTo(total('elapsedTimeMs') / 3_600_000, 8);
  expect((await figure('requests/average-requests-per-day')).averageRequests).toBeCloseTo(all.length / 62, 8);
});

test('lists add up to the totals', async () => {
  const { figure, requests } = await analysing();
  const all = await requests();
  const agents = new Set(all.map(({ assistant }) => assistant).filter((name) => name !== 'N/D'));
  const sumOf = (items: Record<string, unknown>[], member: string) =>
    items.reduce((sum, item) => sum + Number(item[member]), 0);
  const list = async (name: string) => Object.values(await figure(`requests/${name}`))[0] as Record<string, unknown>[];
  const perDay = await list('total-requests-per-day');
  const { totalTokens } = await figure('requests/total-tokens');

  expect(sumOf(perDay, 'totalRequests')).toBe(all.length);
  expect(perDay.map(({ date }) => date)).toEqual([...new Set(all.map(dayOf))].sort());
  expect(sumOf(await list('average-requests-per-user-per-date'), 'averageRequests')).toBe(all.length);
  expect(sumOf(await list('number-of-tokens-per-day'), 'totalTokens')).toBe(totalTokens);
  expect(new Set((await list('top-10-agents-by-requests')).map(({ agentName }) => agentName))).toEqual(agents);
  expect(await figure('requests/total-active-agents')).toEqual({ totalActiveAgents: agents.size });
  const users = await list('top-10-users-by-requests');
  expect(users.map(({ totalRequests }) => totalRequests)).toEqual(
    users.map(({ totalRequests }) => Number(totalRequests)).sort((a, b) => b - a),
  );
  expect(users).toHaveLength(10);
});

const dayOf = ({ timestamp }: Record<string, unknown>) => String(timestamp).slice(0, 10);

test('some requests have no user, and the others those of the organization', async () => {
  const { figure, acme } = await analysing();
  const { agentUsagePerUser: items } = await figure('requests/agent-usage-per-user');
  const ids = itemsOf({ items }, 'items').map(({ userId }) => userId);
  const members = new Set(acme.members.map(({ id }) => id));

  expect(ids).toContain(null);
  expect(ids.filter((id) => id !== null && !members.has(String(id)))).toEqual([]);
});

test('an organization token covers all projects, or the one that it names', async () => {
  const { figure, acme, project, projectToken } = await analysing({ projects: 3 });
  const total = async (token: string, headers = {}) =>
    (await figure('requests/total-requests', token, headers)).totalRequests;
  const each = await Promise.all(acme.projects.map(({ id }) => total(acme.token, { ProjectId: id })));

  expect(await total(acme.token)).toBe(each.reduce((sum, count) => sum + count, 0));
  expect(await total(acme.token, { OrganizationId: acme.id, ProjectId: project.id })).toBe(await total(projectToken));
  expect(await figure('requests/total-active-projects', acme.token)).toEqual({ totalActiveProjects: 3 });
});

test('the scope of a call without a project is an option', async () => {
  const [whole, one] = [
    await analysing({ analyticsScope: 'organization', projects: 3 }),
    await analysing({ analyticsScope: 'project', projects: 3 }),
  ];

  expect(await whole.figure('requests/total-active-projects')).toEqual({ totalActiveProjects: 3 });
  expect(await one.figure('requests/total-active-projects')).toEqual({ totalActiveProjects: 1 });
  const route = 'GET /v1/analytics/requests/total-cost';
  expect(await one.call(route, { token: one.acme.token })).toMatchObject(refusal(400, 9));
});

test('analytics of others are out of reach', async () => {
  const { call, acme, borealis, projectToken: token } = await analysing();
  const cost = (headers: Record<string, string>, bearer = token) =>
    call('GET /v1/analytics/requests/total-cost', { token: bearer, headers });

  expect(await cost({ ProjectId: acme.projects[1]!.id })).toMatchObject(refusal(403, 7));
  expect(await cost({ OrganizationId: borealis.id })).toMatchObject(refusal(403, 7));
  expect(await cost({ ProjectId: borealis.projects[0]!.id }, acme.token)).toMatchObject(refusal(404, 2005));
  const closed = await analysing({ analyticsOrganizationTokens: false });
  expect(await closed.call('GET /v1/analytics/requests/total-cost', { token: closed.acme.token })).toMatchObject(
    refusal(403, 7),
  );
});

test('requests are filtered by agent, and time may be told in milliseconds', async () => {
  const { figure, requests } = await analysing({ requestTimeUnit: 'milliseconds' });
  const all = await requests();
  const [{ assistant }] = all.filter(({ assistant: name }) => name !== 'N/D') as [Record<string, unknown>];
  const query = `${WINDOW}&agentName=${encodeURIComponent(String(assistant))}`;

  const { totalRequests } = await figure('requests/total-requests', undefined, {}, query);
  const { totalTime } = await figure('requests/total-request-time');

  expect(totalRequests).toBe(all.filter((request) => request.assistant === assistant).length);
  expect(totalTime).toBe(all.reduce((sum, { elapsedTimeMs }) => sum + Number(elapsedTimeMs), 0));
});

test('objects made through the API count: requests, projects', async () => {
  const { call, emulator, figure, acme, project, projectToken } = await analysing();
  const today = new Date(Date.now()).toISOString().slice(0, 10);
  const query = `startDate=${today}&endDate=${today}`;

  emulator.addRequest(project.id, { apiToken: projectToken, cost: 0.1 });
  emulator.addRequest(project.id, { apiToken: projectToken, cost: 0.2, status: 'failed' });
  await call('POST /v1/organization/project', { token: acme.token, body: { name: 'Billing' } });

  expect(await figure('requests/total-cost', undefined, {}, query)).toEqual({ totalCost: 0.3 });
  expect(await figure('requests/overall-error-rate', undefined, {}, query)).toEqual({ errorRate: 50 });
  expect(await figure('lab/projects-created', acme.token, {}, query)).toEqual({ createdProjects: 1 });
});

test('without dates the window is the previous calendar month', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 20));
  onTestFinished(() => void vi.restoreAllMocks());
  const { figure, requests } = await analysing();
  const december = (await requests()).filter((request) => dayOf(request) < '2026-01-01');

  const { requestsPerDay } = await figure('requests/total-requests-per-day', undefined, {}, '');

  expect(requestsPerDay.map(({ date }: { date: string }) => date)).toEqual([...new Set(december.map(dayOf))].sort());
  expect(december.length).toBeGreaterThan(0);
});

test.for([
  ['startDate=2026-01-01', 9],
  ['endDate=2026-01-01', 9],
  ['startDate=2026-01-02&endDate=2026-01-01', 8],
  ['startDate=2026-1-1&endDate=2026-01-31', 11],
  ['startDate=2026-01-01T00:00:00&endDate=2026-01-31', 11],
  ['startDate=2026-01-01&endDate=2026-13-01', 11],
] as const)('?%s is refused', async ([query, id]) => {
  const { call, projectToken: token } = await analysing();

  expect(await call(`GET /v1/analytics/requests/total-cost?${query}`, { token })).toMatchObject(refusal(400, id));
});

test('a window without requests has zeros and empty lists', async () => {
  const { figure } = await analysing();
  const empty = (name: string) => figure(`requests/${name}`, undefined, {}, 'startDate=1999-01-01&endDate=1999-01-31');

  expect(await empty('average-cost-per-request')).toEqual({ averageCost: 0 });
  expect(await empty('overall-error-rate')).toEqual({ errorRate: 0 });
  expect(await empty('total-cost-per-day')).toEqual({ costPerDay: [] });
});
