import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { codes, type Facade, route, routes, startFacade } from '../support/facade.ts';

const SEARCH_PROFILES = route('GET /v1/search/profiles');

const ID = 'd3a1c9b4-7e21-4f4e-8a5d-2b9c6e0f4d22';
const OTHER = 'a4e0b7d2-9c13-4b6f-b1c8-77d2f3a95e33';
const VALUE = 'value-of-the-platform';

interface List {
  readonly route: string;
  readonly key: string;
  /** Fields below the project or the organization. */
  readonly fields: string;
  readonly at: 'project' | 'organization';
  readonly opensWith: 'organization' | 'project';
  readonly good: object;
  /** What is read of it, if not a good name. */
  readonly reads?: object;
  readonly odd: readonly unknown[];
}

const PROJECT = { projectId: ID, projectName: 'Good', projectActive: true, projectStatus: 0 };
const TOKEN = { id: `good_${'EMULATORabcdefgh-0123456789_'.repeat(2)}`, name: 'Good', status: 'Active' };
const ASSISTANT = { assistantId: ID, assistantName: 'Good' };
const LIMIT = { status: 1, subscriptionType: 'Good', hardLimit: 1 };
const LIMIT_ODD = [
  { ...LIMIT, hardLimit: VALUE },
  { ...LIMIT, usedAmount: {} },
  { ...LIMIT, usageUnit: [VALUE] },
];
const REQUEST = { status: 'succeeded', assistant: 'Good', cost: 0.5, startTimestamp: '2026-01-12T10:00:00.000' };

/** What no list is spared, whatever its elements are. */
const NO_OBJECTS = [null, 'text', 7, [], true];

const LISTS: Record<string, List> = {
  projects: {
    route: routes.listProjects,
    key: 'projects',
    fields: 'projects { nodes { name } totalCount unreadableCount }',
    at: 'organization',
    opensWith: 'organization',
    good: PROJECT,
    odd: [
      {},
      { ...PROJECT, projectId: null },
      { ...PROJECT, projectId: VALUE },
      { ...PROJECT, projectName: { en: VALUE } },
      { ...PROJECT, projectActive: VALUE },
      { ...PROJECT, organizationId: VALUE },
    ],
  },
  apiTokens: {
    route: routes.listTokens,
    key: 'tokens',
    fields: 'apiTokens { nodes { name } totalCount unreadableCount }',
    at: 'project',
    opensWith: 'organization',
    good: TOKEN,
    odd: [{}, { ...TOKEN, id: null }, { ...TOKEN, id: '' }, { ...TOKEN, id: {} }, { ...TOKEN, description: [VALUE] }],
  },
  assistants: {
    route: routes.listAssistants,
    key: 'assistants',
    fields: 'assistants { nodes { name } totalCount unreadableCount }',
    at: 'project',
    opensWith: 'project',
    good: ASSISTANT,
    odd: [{}, { ...ASSISTANT, assistantId: undefined }, { ...ASSISTANT, assistantId: VALUE }],
  },
  searchProfiles: {
    route: SEARCH_PROFILES,
    key: 'searchProfiles',
    fields: 'searchProfiles { nodes { name } totalCount unreadableCount }',
    at: 'project',
    opensWith: 'project',
    good: { name: 'Good', description: 'Good' },
    odd: [{}, { name: '' }, { name: {} }, { name: 'Odd', description: [VALUE] }],
  },
  'limits of a project': {
    route: routes.listProjectLimits,
    key: 'usageLimits',
    fields: 'usageLimits { nodes { period } totalCount unreadableCount }',
    at: 'project',
    opensWith: 'organization',
    good: LIMIT,
    reads: { period: 'UNRECOGNIZED' },
    odd: LIMIT_ODD,
  },
  'limits of an organization': {
    route: routes.listOrganizationLimits,
    key: 'limits',
    fields: 'usageLimits { nodes { period } totalCount unreadableCount }',
    at: 'organization',
    opensWith: 'organization',
    good: LIMIT,
    reads: { period: 'UNRECOGNIZED' },
    odd: LIMIT_ODD,
  },
  requests: {
    route: routes.exportRequests,
    key: 'items',
    fields: 'requests { nodes { name: answeredBy } unreadableCount }',
    at: 'project',
    opensWith: 'project',
    good: REQUEST,
    odd: [
      { ...REQUEST, cost: VALUE },
      { ...REQUEST, elapsedTimeMs: {} },
      { ...REQUEST, assistant: [VALUE] },
    ],
  },
};

let facade: Facade;
let tokens: Record<List['opensWith'], string>;
let projectId: string;

beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 1, projects: 1 } });
  const { token, projects } = facade.emulator.seeded.organizations[0]!;
  projectId = projects[0]!.id;
  tokens = { organization: token, project: projects[0]!.tokens.find(({ status }) => status === 'Active')!.id };
});

afterEach(() => facade.emulator.setFaults([]));
afterAll(() => facade.close());

const answering = (route: string, body: object) => facade.emulator.setFaults([{ route, kind: 'answer', body }]);
const scopeOf = ({ at }: List) => (at === 'organization' ? 'organization' : `project(id: "${projectId}")`);

async function read(list: List, elements: readonly unknown[]) {
  // Of an export, what is beyond its first page is nothing.
  facade.emulator.setFaults([
    { route: list.route, kind: 'answer', body: { [list.key]: elements }, ...(list.key === 'items' && { times: 1 }) },
    ...(list.key === 'items' ? [{ route: list.route, kind: 'answer', body: { items: [] } } as const] : []),
  ]);
  const { data, errors } = await facade.query(`{ ${scopeOf(list)} { ${list.fields} } }`, {
    token: tokens[list.opensWith],
  });
  expect(errors).toBeUndefined();
  return data[list.at][list.fields.match(/\w+/)![0]];
}

/** Logs and metrics say what the placeholders of a route stand for. */
const named = (route: string) =>
  route
    .replace('{id}', '{projectId}')
    .replace('{project}', '{projectId}')
    .replace('{organization}', '{organizationId}');

const metric = async (route: string): Promise<number> => {
  const text = await (await fetch(`${facade.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.includes('unreadable_elements_total') && one.includes(`"${route}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
};

describe.each(Object.entries(LISTS))('of %s', (_name, list) => {
  test.each([...NO_OBJECTS, ...list.odd].map((odd) => [odd]))('%j is left out and counted alone', async (odd) => {
    const [before, logged] = [await metric(named(list.route)), facade.log().length];
    const connection = await read(list, [odd, list.good, odd]);

    expect(connection).toMatchObject({ nodes: [list.reads ?? { name: 'Good' }], unreadableCount: 2 });
    if ('totalCount' in connection) expect(connection.totalCount).toBe(1);
    expect((await metric(named(list.route))) - before).toBe(2);
    const lines = facade.log().slice(logged);
    const said = lines.split('\n').filter((line) => line.includes('elements of an answer were left out'));
    expect(said.map((line) => JSON.parse(line))).toMatchObject([{ operation: named(list.route), level: 'warn' }]);
    expect(Object.values<number>(JSON.parse(said[0]!).leftOut)).toEqual([2]);
    expect(lines).not.toContain(VALUE);
  });

  test('all that can be read is there, and nothing is counted', async () => {
    const before = await metric(named(list.route));

    expect(await read(list, [list.good])).toMatchObject({
      nodes: [list.reads ?? { name: 'Good' }],
      unreadableCount: 0,
    });
    expect(await metric(named(list.route))).toBe(before);
  });
});

test.each<[string, object]>([
  ['a status in words', { projectStatus: 'Active' }],
  ['a status that is an object', { projectStatus: {} }],
])('a project with %s is there, its status not recognized', async (_case, odd) => {
  answering(routes.listProjects, { projects: [{ ...PROJECT, ...odd }] });
  const { data } = await facade.query('{ organization { projects { nodes { name status } unreadableCount } } }', {
    token: tokens.organization,
  });

  expect(data.organization.projects).toEqual({ nodes: [{ name: 'Good', status: 'UNRECOGNIZED' }], unreadableCount: 0 });
});

test('a number is read where text is expected', async () => {
  answering(routes.listTokens, { tokens: [{ id: 1234567, name: 7, description: 0, status: 1 }] });
  const fields = 'apiTokens { nodes { name description status isManageable } unreadableCount }';
  const { data } = await facade.query(`{ project(id: "${projectId}") { ${fields} } }`, { token: tokens.organization });

  const node = { name: '7', description: '0', status: 'UNRECOGNIZED', isManageable: false };
  expect(data.project.apiTokens).toEqual({ nodes: [node], unreadableCount: 0 });
});

test('a project that its list shows in a way that cannot be read is asked for by id', async () => {
  answering(routes.listProjects, { projects: [{ ...PROJECT, projectId, projectName: {} }, PROJECT] });
  const references = [projectId, ID].map((id) => ({ __typename: 'Project', id }));
  const document = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Project { id name } } }';
  const { data, errors } = await facade.query(document, { token: tokens.organization, variables: { of: references } });

  expect(errors).toBeUndefined();
  expect(data._entities).toEqual([
    { id: projectId, name: facade.emulator.seeded.organizations[0]!.projects[0]!.name },
    { id: ID, name: 'Good' },
  ]);
});

test('a project that cannot be read by id either is an error, and not absent', async () => {
  facade.emulator.setFaults([
    { route: routes.listProjects, kind: 'answer', body: { projects: [PROJECT, { ...PROJECT, projectId: VALUE }] } },
    { route: routes.getProject, kind: 'answer', body: { ...PROJECT, projectName: [] } },
  ]);
  const document = `{ a: project(id: "${OTHER}") { name } b: project(id: "${ID}") { name } }`;
  const answer = await facade.query(document, { token: tokens.organization });

  expect(answer.data).toEqual({ a: null, b: { name: 'Good' } });
  expect(codes(answer)).toEqual(['UPSTREAM_BAD_RESPONSE']);
});

test('a token that is not seen where some cannot be read is an error, and not absent', async () => {
  const fields = 'apiTokens(first: 1) { nodes { id } }';
  const { data } = await facade.query(`{ project(id: "${projectId}") { ${fields} } }`, { token: tokens.organization });
  const { id } = data.project.apiTokens.nodes[0];
  answering(routes.listTokens, { tokens: [{ ...TOKEN, id: null }, TOKEN] });
  const answer = await facade.query(`{ apiToken(id: "${id}") { name } }`, { token: tokens.organization });

  expect([answer.data.apiToken, codes(answer)]).toEqual([null, ['UPSTREAM_BAD_RESPONSE']]);
  answering(routes.listTokens, { tokens: [TOKEN] });
  const absent = await facade.query(`{ apiToken(id: "${id}") { name } }`, { token: tokens.organization });
  expect([absent.data.apiToken, absent.errors]).toEqual([null, undefined]);
});

test("a request's assistant and token are not said to be gone where some cannot be read", async () => {
  const request = { ...REQUEST, assistant: 'Elsewhere', apiToken: 'Elsewhere' };
  const answers = (odd: object | null) => {
    facade.emulator.setFaults([
      { route: routes.exportRequests, kind: 'answer', body: { items: [request] }, times: 1 },
      { route: routes.exportRequests, kind: 'answer', body: { items: [] } },
      { route: routes.listAssistants, kind: 'answer', body: { assistants: odd ? [ASSISTANT, odd] : [ASSISTANT] } },
      { route: routes.listTokens, kind: 'answer', body: { tokens: odd ? [TOKEN, odd] : [TOKEN] } },
    ]);
    const fields = 'requests { nodes { assistant { name } apiToken { name } } }';
    const more = { token: tokens.organization, tokens: [tokens.project] };
    return facade.query(`{ project(id: "${projectId}") { ${fields} } }`, more);
  };

  const nodes = [{ assistant: null, apiToken: null }];
  const doubtful = await answers({});
  expect(doubtful.data.project.requests.nodes).toEqual(nodes);
  expect(codes(doubtful)).toEqual(['UPSTREAM_BAD_RESPONSE', 'UPSTREAM_BAD_RESPONSE']);
  const certain = await answers(null);
  expect([certain.data.project.requests.nodes, certain.errors]).toEqual([nodes, undefined]);
});

test('requests that cannot be read keep their place: no page repeats or misses one', async () => {
  const all = Array.from({ length: 9 }, (_, at) =>
    at % 3 === 1 ? { ...REQUEST, cost: {} } : { ...REQUEST, assistant: `A${at}`, cost: at },
  );
  const seen: string[] = [];
  let [after, unreadable, hasNextPage]: [string | null, number, boolean] = [null, 0, true];
  while (hasNextPage) {
    // The platform answers with what is asked for, from the place that is asked for.
    const start = seen.length + unreadable;
    facade.emulator.setFaults([
      { route: routes.exportRequests, kind: 'answer', body: { items: all.slice(start, start + 3) }, times: 1 },
      { route: routes.exportRequests, kind: 'answer', body: { items: all.slice(start + 3, start + 6) }, times: 1 },
      { route: routes.exportRequests, kind: 'answer', body: { items: all.slice(start + 6) }, times: 1 },
      { route: routes.exportRequests, kind: 'answer', body: { items: [] } },
    ]);
    const cursor: string = after === null ? '' : `, after: "${after}"`;
    const fields = `requests(first: 2${cursor}) { nodes { answeredBy } unreadableCount pageInfo { hasNextPage endCursor } }`;
    const { data } = await facade.query(`{ project(id: "${projectId}") { ${fields} } }`, { token: tokens.project });
    const page = data.project.requests;
    seen.push(...page.nodes.map(({ answeredBy }: { answeredBy: string }) => answeredBy));
    unreadable += page.unreadableCount;
    ({ hasNextPage, endCursor: after } = page.pageInfo);
  }

  expect(seen).toEqual(['A0', 'A2', 'A3', 'A5', 'A6', 'A8']);
  expect(unreadable).toBe(3);
});
