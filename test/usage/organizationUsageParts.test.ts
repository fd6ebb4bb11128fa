import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codes, routes } from '../support/facade.ts';
import { DAILY, EPOCH, exportsOf, type Group, instant, startUsage, type UsageFacade } from './groups.ts';
import { sumsOf } from './platform.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
/** The tokens of this project are not active. */
const LOCKED = 4;

let facade: UsageFacade;

beforeAll(async () => {
  facade = await startUsage({ projects: 6 });
});
beforeEach(() => {
  facade.emulator.setFaults([]);
  facade.emulator.resetCalls();
});
afterAll(() => facade.close());

const projects = () => facade.organization.projects;
const open = () => projects().filter((_, index) => index !== LOCKED);
const sumsOfOthers = async (...without: string[]) => {
  const exported = await exportsOf(facade.emulator.url, { ...facade.organization, projects: open() });
  return sumsOf(exported.filter(({ project }) => !without.includes(project.id)));
};

test.each([
  ['TOKEN', routes.exportRequests, 'status', 500, 'UPSTREAM_UNAVAILABLE'],
  ['ASSISTANT', routes.exportRequests, 'status', 403, 'FORBIDDEN'],
  ['TOKEN', routes.listTokens, 'status', 403, 'FORBIDDEN'],
] as const)(
  'by %s, a project whose %s fails is named, and hides nothing of the others',
  async (groupBy, route, kind, status, code) => {
    const failing = projects()[2]!;
    const expected = await sumsOfOthers(failing.id);
    facade.emulator.setFaults([{ route, project: failing.id, kind, status }]);
    const found = await facade.page({ groupBy });

    expect(found).toMatchObject({ ...expected, complete: false, incompleteProjectCount: 0, unreadableProjectCount: 2 });
    expect(found.unreadableProjects).toMatchObject([
      { code, project: { id: failing.id, name: failing.name } },
      { code: 'CREDENTIAL_REQUIRED', project: { id: projects()[LOCKED]!.id } },
    ]);
  },
);

test('no readable project gives an error and no empty list', async () => {
  facade.emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 403 }]);
  const answer = await facade.ask({ groupBy: 'ASSISTANT' });

  expect(answer.data.organization.usage).toBeNull();
  expect(codes(answer)).toEqual(['FORBIDDEN']);
});

test.each(DAILY)('groups by day: without %s there is an error and no sum', async (route) => {
  facade.emulator.setFaults([{ route, kind: 'status', status: 403 }]);
  const answer = await facade.ask({ groupBy: 'DAY' });

  expect(answer.data.organization.usage).toBeNull();
  expect(codes(answer)).toEqual(['FORBIDDEN']);
});

test('groups by day: a chosen project that fails is named', async () => {
  const [failing, other] = projects();
  const projectIds = [failing!.id, other!.id, UNKNOWN];
  facade.emulator.setFaults([{ route: DAILY[1]!, project: failing!.id, kind: 'status', status: 500 }]);
  const found = await facade.page({ groupBy: 'DAY', projectIds });
  const own = await sumsOfOthers(...projects().flatMap(({ id }) => (id === other!.id ? [] : [id])));

  expect(found).toMatchObject({ ...own, complete: false, unreadableProjectCount: 2 });
  expect(found.unreadableProjects.map(({ code }: { code: string }) => code)).toEqual([
    'UPSTREAM_UNAVAILABLE',
    'PROJECT_NOT_FOUND',
  ]);
});

test('groups by day: a day without a number makes no sum', async () => {
  const body = { requestsPerDay: [{ date: '2026-01-05', totalRequests: 3 }] };
  facade.emulator.setFaults([{ route: DAILY[0]!, kind: 'answer', body }]);
  const answer = await facade.ask({ groupBy: 'DAY' });

  expect(answer.data.organization.usage).toBeNull();
  expect(codes(answer)).toEqual(['UPSTREAM_BAD_RESPONSE']);
});

test('groups by token: one for a shared name, and one for requests of no listed token', async () => {
  const [project] = projects();
  const projectIds = [project!.id];
  const name = project!.tokens[0]!.name;
  const before = await facade.page({ groupBy: 'TOKEN', projectIds });
  facade.emulator.createToken(project!.id, name, 'A second one');
  const startTimestamp = instant(EPOCH - 60_000).slice(0, -1);
  facade.emulator.addRequest(project!.id, { apiToken: 'Gone', cost: 0.5, startTimestamp, timestamp: startTimestamp });
  const after = await facade.page({ groupBy: 'TOKEN', projectIds });
  const find = ({ nodes }: { nodes: Group[] }, wanted: string | null) =>
    nodes.find(({ tokenName }) => tokenName === wanted);

  expect(find(before, name)).toMatchObject({ attribution: 'BY_NAME', apiToken: { name } });
  expect(find(after, name)).toMatchObject({
    attribution: 'AMBIGUOUS_NAME',
    apiToken: null,
    requests: find(before, name).requests,
  });
  expect(find(after, null)).toMatchObject({ attribution: null, apiToken: null, requests: 1, cost: '0.5' });
  expect(after.requests).toBe(before.requests + 1);
});

test('tokens that cannot be decoded are counted', async () => {
  const [project] = projects();
  const { id, name, status } = project!.tokens[0]!;
  facade.emulator.setFaults([
    { route: routes.listTokens, project: project!.id, kind: 'answer', body: { tokens: [{}, { id, name, status }] } },
  ]);

  expect(await facade.page({ groupBy: 'TOKEN', projectIds: [project!.id] })).toMatchObject({ unreadableCount: 1 });
});

test('assistants of groups are those of their names, and cost a list per project', async () => {
  const document = `{ organization { usage(groupBy: ASSISTANT, first: 100, window: { from: "2025-12-01T00:00:00Z", to: "${instant(EPOCH)}" }) {
    nodes { answeredBy assistant { name project { id } } project { id } apiToken { name } day } } } }`;
  const { data, errors } = await facade.query(document, { token: facade.organization.token });
  const nodes: Group[] = data.organization.usage.nodes;

  expect(errors).toBeUndefined();
  expect(nodes.some(({ assistant }) => assistant !== null)).toBe(true);
  expect(
    nodes.every(({ answeredBy, assistant, project }) =>
      answeredBy === null ? assistant === null : assistant.name === answeredBy && assistant.project.id === project.id,
    ),
  ).toBe(true);
  expect(nodes.every(({ apiToken, day }) => apiToken === null && day === null)).toBe(true);
  expect(facade.upstream()[routes.listAssistants]).toBe(open().length);
});

test.each(['TOKEN', 'ASSISTANT'])('by %s without borrowing, a token of each project is needed', async (groupBy) => {
  const strict = await startUsage({}, {}, facade.emulator);
  const { token } = strict.organization;
  const refused = await strict.ask({ groupBy });
  const [{ tokens }] = open() as [(typeof facade.organization.projects)[number]];
  const answer = await strict.ask({ groupBy }, { token, tokens: [tokens[0]!.id] });
  await strict.close();

  expect(refused.data.organization.usage).toBeNull();
  expect(codes(refused)).toEqual(['CREDENTIAL_REQUIRED']);
  expect(answer.data.organization.usage).toMatchObject({
    complete: false,
    unreadableProjectCount: projects().length - 1,
  });
  expect(answer.data.organization.usage.requests).toBeGreaterThan(0);
});

test('each organization has its own usage, with tokens of both', async () => {
  for (const { id, projects: own } of [facade.organization, facade.other]) {
    const request = { token: facade.other.token, tokens: [facade.organization.token] };
    const { data, errors } = await facade.ask({ groupBy: 'TOKEN', id }, request);
    const ids = own.map((project) => project.id);

    expect(errors).toBeUndefined();
    expect(data.organization.usage.nodes.length).toBeGreaterThan(0);
    expect(data.organization.usage.nodes.every(({ project }: Group) => ids.includes(project.id))).toBe(true);
  }
});

describe('an export that is cut', () => {
  let cut: UsageFacade;

  beforeAll(async () => {
    cut = await startUsage({ projects: 2, requestsPerProject: 100, maxExportCount: 3 });
  });
  afterAll(() => cut.close());

  test('makes lower bounds, and says of which projects and since when it was read', async () => {
    const found = await cut.page({ groupBy: 'TOKEN' });

    expect(found).toMatchObject({
      requests: 120,
      complete: false,
      incompleteProjectCount: 2,
      unreadableProjectCount: 0,
    });
    expect(found.nodes.every(({ complete, coveredSince }: Group) => !complete && coveredSince < instant(EPOCH))).toBe(
      true,
    );
    expect(cut.upstream()[routes.exportRequests]).toBe(40);
  });
});

test.each<[string, Record<string, unknown>]>([
  ['a project that is none', { projectIds: ['default_secret'] }],
  ['no project', { projectIds: [] }],
  ['too many projects', { projectIds: Array(120).fill(UNKNOWN) }],
  ['a window that is empty', { window: { from: instant(EPOCH), to: instant(EPOCH) } }],
  ['a time that is none', { window: { from: 'yesterday' } }],
  ['too large a page', { first: 101 }],
  ['a cursor that is none', { after: 'x' }],
])('%s is refused without a call', async (_case, variables) => {
  for (const groupBy of ['TOKEN', 'ASSISTANT', 'DAY']) {
    const answer = await facade.ask({ groupBy, ...variables });

    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.text).not.toContain('default_secret');
  }
  expect(facade.upstream()).toEqual({});
});

test('a cursor of another grouping or order is refused', async () => {
  const { pageInfo } = await facade.page({ groupBy: 'ASSISTANT', first: 1 });

  const orderBy = { field: 'REQUESTS' };
  for (const other of [{ groupBy: 'TOKEN' }, { groupBy: 'ASSISTANT', orderBy }])
    expect(codes(await facade.ask({ ...other, after: pageInfo.endCursor }))).toEqual(['BAD_USER_INPUT']);
});

test('more projects than the budget allows are refused by name of the argument, and named ones are read', async () => {
  const narrow = await startUsage(
    {},
    { GEAI_BORROW_PROJECT_TOKENS: 'true', UPSTREAM_CALL_BUDGET: '100' },
    facade.emulator,
  );
  const document = `query ($projectIds: [ID!]) {
    organization { usage(groupBy: ASSISTANT, projectIds: $projectIds) { requests } } }`;
  const send = (variables: Record<string, unknown>) =>
    narrow.query(document, { token: narrow.organization.token, variables });
  const [refused, read] = [await send({}), await send({ projectIds: [projects()[0]!.id] })];
  await narrow.close();

  expect(codes(refused)).toEqual(['TOO_MANY_UPSTREAM_CALLS']);
  expect(refused.errors![0]!.message).toBe(
    'The organization has 6 projects; this field reads 2 at most. Name fewer with `projectIds`.',
  );
  expect(read.errors).toBeUndefined();
});
