import { isObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { plan } from '../cost/planned.ts';
import { codes, type Facade, type Request, routes, startFacade } from '../support/facade.ts';
import { EXPECTED, expectedOf, selectionOf, shownOf } from './figureTable.ts';

const WINDOW = 'window: { from: "2025-12-01T00:00:00Z", to: "2026-02-01T00:00:00Z" }';
const DAYS = 'startDate=2025-12-01&endDate=2026-01-31';
const path = (end: string) => `GET /v1/analytics/${end}`;

let facade: Facade;

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 3, requestsPerProject: 80 } });
});
beforeEach(() => {
  facade.emulator.setFaults([]);
  facade.emulator.answerTogether(false);
});
afterAll(() => facade.close());

const organization = () => facade.emulator.seeded.organizations[0]!;
const project = () => organization().projects[0]!;
const asOrganization = (): Request => ({ token: organization().token });
const asProject = (): Request => ({ token: project().tokens[0]!.id });
const asUser = (): Request => {
  const { token, projectId } = facade.emulator.seeded.oauth[0]!;
  return { token, headers: { projectid: projectId } };
};

const ofProject = (figures: string, id = project().id) =>
  `{ project(id: "${id}") { analytics(${WINDOW}) { ${figures} } } }`;
const ofOrganization = (figures: string) => `{ organization { analytics(${WINDOW}) { ${figures} } } }`;

/** Asks once before, so that the tokens are known. */
async function measured(document: string, request: Request) {
  await facade.query('{ viewer { scopes } }', request);
  facade.emulator.resetCalls();
  const answer = await facade.query(document, request);
  return { ...answer, upstream: facade.upstream(), roundTrips: facade.emulator.roundTrips() };
}

/** What the platform itself answers. */
async function truth(end: string, token: string, headers = {}) {
  const url = `${facade.emulator.url}/v1/analytics/${end}?${DAYS}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}`, ...headers } });
  return (await answer.json()) as Record<string, unknown>;
}

test('the table has the 39 figures of the reference, and the schema has no other', () => {
  const type = createSubgraph().getType('AnalyticsFigures');
  const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];

  expect(EXPECTED).toHaveLength(39);
  expect(fields.toSorted()).toEqual([...EXPECTED.map(({ field }) => field), 'from', 'to'].toSorted());
});

describe.each(EXPECTED)('$field', (expected) => {
  const { field, end, isPaged } = expected;

  test('is one call for a project and one for an organization, as planned, and what the platform answers', async () => {
    const token = asProject().token!;
    const own = await measured(ofProject(selectionOf(expected)), { token });
    const whole = await measured(ofOrganization(selectionOf(expected)), asOrganization());

    expect([own.errors, whole.errors]).toEqual([undefined, undefined]);
    expect(own.upstream).toEqual({ [routes.getProject]: 1, [path(end)]: 1 });
    expect(whole.upstream).toEqual({ [path(end)]: 1 });
    expect(shownOf(expected, own.data.project.analytics[field])).toEqual(expectedOf(expected, await truth(end, token)));
    const wholly = shownOf(expected, whole.data.organization.analytics[field]);
    const body = await truth(end, organization().token);
    if (isPaged) expect(whole.data.organization.analytics[field].unreadableCount).toBe(0);
    else expect(wholly).toEqual(expectedOf(expected, body));
    expect(plan(ofProject(selectionOf(expected))).calls).toBe(3);
    expect(plan(ofOrganization(selectionOf(expected))).calls).toBe(2);
  });

  test('is null if the platform leaves it out, empty if it is a list; odd members are a fault', async () => {
    facade.emulator.setFaults([{ route: path(end), kind: 'answer', status: 200, body: '{}' }]);
    const { data, errors } = await measured(ofProject(selectionOf(expected)), asProject());
    facade.emulator.setFaults([{ route: path(end), kind: 'answer', status: 200, body: '{"odd":"x"}' }]);
    const odd = await measured(ofProject(`${selectionOf(expected)} from`), asProject());

    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).not.toMatch(/[1-9]/);
    expect(odd.data.project.analytics).toEqual({ [field]: null, from: '2025-12-01T00:00:00.000Z' });
    expect(codes(odd)).toEqual(['UPSTREAM_BAD_RESPONSE']);
  });
});

test('all figures of a project are one round trip, at one call each, beside its look-up', async () => {
  facade.emulator.answerTogether(true);
  const all = EXPECTED.map((expected) => selectionOf(expected)).join(' ');
  const document = `{ project(id: "${project().id}") { name analytics(${WINDOW}) { ${all} } } }`;
  const { errors, upstream, roundTrips } = await measured(document, asProject());

  expect(errors).toBeUndefined();
  expect(Object.values(upstream)).toEqual(EXPECTED.map(() => 1).concat(1));
  expect(roundTrips).toBe(1);
  expect(plan(document).calls).toBe(41);
});

test('aliases of one figure and window are one call; another window is another', async () => {
  const january = 'window: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" }';
  // Other instants of the same days.
  const within = 'window: { from: "2025-12-01T09:00:00Z", to: "2026-01-31T12:00:00+02:00" }';
  const document = (id: string) => `{ project(id: "${id}") {
    a: analytics(${WINDOW}) { totalRequests again: totalRequests } b: analytics(${WINDOW}) { totalRequests }
    c: analytics(${within}) { totalRequests from to } d: analytics(${january}) { totalRequests } } }`;
  const { data, upstream } = await measured(document(project().id), asProject());
  const { a, b, c, d } = data.project;

  expect(upstream).toEqual({ [routes.getProject]: 1, [path('requests/total-requests')]: 2 });
  expect([b.totalRequests, c.totalRequests, a.again]).toEqual(Array(3).fill(a.totalRequests));
  expect(d.totalRequests).toBeLessThan(a.totalRequests);
  expect(c).toMatchObject({ from: '2025-12-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' });
  expect(plan(document(project().id)).calls).toBe(5);
});

test('figures that are not selected cost nothing', async () => {
  const { data, upstream } = await measured(ofProject('from to'), asProject());
  const document = `query ($with: Boolean = false) ${ofProject('from totalCost @include(if: $with)')}`;
  const conditional = await measured(document, asProject());

  expect(data.project.analytics).toEqual({ from: '2025-12-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' });
  const none = { [routes.getProject]: 1 };
  expect([upstream, conditional.upstream]).toEqual([none, none]);
});

test('without a window, the last 30 days are meant', async () => {
  const { data } = await measured(`{ project(id: "${project().id}") { analytics { from to } } }`, asProject());
  const { from, to } = data.project.analytics;

  expect(Date.parse(to) - Date.parse(from)).toBe(31 * 86_400_000);
  expect(Math.abs(Date.parse(to) - Date.now())).toBeLessThanOrEqual(86_400_000);
});

test.each([
  ['empty', '{ from: "2026-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" }'],
  ['inverted', '{ from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }'],
  ['without a zone', '{ from: "2026-01-01" }'],
  ['before the year 0000', '{ from: "0000-01-01T00:00:00+14:00", to: "2026-01-01T00:00:00Z" }'],
  ['after the year 9999', '{ from: "2026-01-01T00:00:00Z", to: "9999-12-31T23:00:00-12:00" }'],
])('a window that is %s is refused, and nothing is sent', async (_what, window) => {
  const document = `{ project(id: "${project().id}") { id analytics(window: ${window}) { totalCost } } }`;
  const answer = await measured(document, asProject());

  expect(answer.data.project).toEqual({ id: project().id, analytics: null });
  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  expect(answer.upstream[path('requests/total-cost')]).toBeUndefined();
});

test('a figure that fails leaves its siblings', async () => {
  facade.emulator.setFaults([{ route: path('requests/total-cost'), kind: 'answer', status: 403, body: '{}' }]);
  const answer = await measured(ofProject('totalCost totalRequests costPerDay { cost }'), asProject());

  expect(answer.data.project.analytics).toMatchObject({ totalCost: null, totalRequests: expect.any(Number) });
  expect(answer.errors).toMatchObject([
    { path: ['project', 'analytics', 'totalCost'], extensions: { code: 'FORBIDDEN' } },
  ]);
});

test('amounts keep every digit; numbers beyond 32 bits are shown where they may be', async () => {
  const cost = '{"totalCost":12345678901234567890.123456789}';
  const tokens = '{"totalInputTokens":3000000000,"totalOutputTokens":"1","totalTokens":3000000001}';
  facade.emulator.setFaults([
    { route: path('requests/total-cost'), kind: 'answer', status: 200, body: cost },
    { route: path('requests/total-tokens'), kind: 'answer', status: 200, body: tokens },
  ]);
  const { data } = await measured(ofProject('totalCost totalTokens { input output total }'), asProject());

  expect(data.project.analytics).toEqual({
    totalCost: '12345678901234567890.123456789',
    totalTokens: { input: 3_000_000_000, output: 1, total: 3_000_000_001 },
  });
});

test('an unreadable row of a list is left out and counted; a series with a gap is an error', async () => {
  const agents = { tokensPerAgent: [{ agentName: 'b', totalTokens: 1 }, { totalTokens: 2 }, { agentName: 'a' }] };
  facade.emulator.setFaults([
    { route: path('requests/number-of-tokens-per-agent'), kind: 'answer', status: 200, body: JSON.stringify(agents) },
    {
      route: path('requests/total-cost-per-day'),
      kind: 'answer',
      status: 200,
      body: '{"costPerDay":[{"totalCost":1}]}',
    },
  ]);
  const figures = 'tokensPerAgent(first: 1) { totalCount unreadableCount nodes { agent } } costPerDay { day cost }';
  const answer = await measured(ofProject(figures), asProject());

  expect(answer.data.project.analytics).toEqual({
    tokensPerAgent: { totalCount: 2, unreadableCount: 1, nodes: [{ agent: 'a' }] },
    costPerDay: null,
  });
  expect(codes(answer)).toEqual(['UPSTREAM_BAD_RESPONSE']);
});

test('projects of figures are links: their keys cost nothing, their names one list', async () => {
  const figures = (below: string) => `averageUsersPerProject { nodes { project { ${below} } users } }`;
  const keys = await measured(ofOrganization(figures('id')), asOrganization());
  const names = await measured(ofOrganization(figures('name')), asOrganization());
  const nodes: { project: { name: string } }[] = names.data.organization.analytics.averageUsersPerProject.nodes;

  expect(Object.values(keys.upstream)).toEqual([1]);
  expect(names.upstream['GET /v1/organization/projects']).toBe(1);
  expect(nodes.length).toBeGreaterThan(1);
  expect(nodes.every(({ project: { name } }) => name !== '')).toBe(true);
});

test("a user's token reads the figures of its project, and none of the organization", async () => {
  const { projectId } = facade.emulator.seeded.oauth[0]!;
  const own = await measured(ofProject('totalRequests', projectId), asUser());
  const whole = await measured(ofProject('organization { analytics { totalRequests } }'), asUser());

  expect(own.data.project.analytics.totalRequests).toBeGreaterThan(0);
  expect(whole.errors).toBeDefined();
});
