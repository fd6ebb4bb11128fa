import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';

let facade: Facade;
let tokens: { readonly organization: string; readonly project: string };
let [organizationId, projectId] = ['', ''];

beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 1, projects: 1 } });
  const { id, token, projects } = facade.emulator.seeded.organizations[0]!;
  [organizationId, projectId] = [id, projects[0]!.id];
  tokens = { organization: token, project: projects[0]!.tokens.find(({ status }) => status === 'Active')!.id };
});

afterEach(() => facade.emulator.setFaults([]));
afterAll(() => facade.close());

/** `items` is the text of a list, so that its numbers are as they are written. */
const exporting = (items: string) =>
  facade.emulator.setFaults([
    { route: routes.exportRequests, kind: 'answer', body: `{"items":[${items}]}`, times: 1 },
    { route: routes.exportRequests, kind: 'answer', body: { items: [] } },
  ]);
const inProject = (fields: string, token = tokens.project) =>
  facade.query(`{ project(id: "${projectId}") { ${fields} } }`, { token });
const requestsOf = async (fields: string) =>
  (await inProject(`requests { nodes { ${fields} } }`)).data.project.requests.nodes;

describe('amounts', () => {
  test.each([
    ['12345678901234567.89', '12345678901234567.89'],
    ['"12345678901234567.89"', '12345678901234567.89'],
    ['0.12345678901234567891', '0.12345678901234567891'],
    ['-1234567890123456789', '-1234567890123456789'],
    ['1.2345678901234567891e-5', '0.000012345678901234567891'],
    ['12345678901234567891E+2', '1234567890123456789100'],
    ['2000.0', '2000'],
    ['null', null],
    ['""', null],
  ])('keep every digit if they are written %s', async (written, shown) => {
    exporting(`{"status":"succeeded","cost":${written}}`);

    expect(await requestsOf('cost')).toEqual([{ cost: shown }]);
  });

  test('of limits keep every digit too, and what stands beside them is read', async () => {
    const body = `{"usageLimits":[{"id":"x","status":1,"hardLimit":9007199254740993.25,"usedAmount":1E-7,"usageUnit":"Cost",
      "remainingUsage":9007199254740993.2499999,"relatedEntityName":"1234567890123456789"}]}`;
    facade.emulator.setFaults([{ route: routes.listProjectLimits, kind: 'answer', body }]);
    const { data } = await inProject('usageLimit { status hardLimit used remaining unit }', tokens.organization);

    expect(data.project.usageLimit).toEqual({
      status: 'ACTIVE',
      hardLimit: '9007199254740993.25',
      used: '0.0000001',
      remaining: '9007199254740993.2499999',
      unit: 'COST',
    });
  });

  test('add up to the last digit', async () => {
    const at = `"startTimestamp":"${new Date().toISOString().slice(0, -1)}","assistant":"Greeter"`;
    exporting(`{${at},"cost":12345678901234567.89},{${at},"cost":0.11},{${at},"cost":null}`);
    const { data } = await inProject('assistants { nodes { name usage { requests cost } } }');
    const greeter = data.project.assistants.nodes.find(({ name }: { name: string }) => name === 'Greeter');

    expect(greeter.usage).toEqual({ requests: 3, cost: '12345678901234568' });
  });

  test.each(['1e400', `1${'0'.repeat(100)}`, '"NaN"', '"12 USD"', 'true'])(
    'are none if they are written %s, and their request is counted as not read',
    async (written) => {
      exporting(`{"status":"succeeded","cost":${written}}`);
      const { data } = await inProject('requests { nodes { cost } unreadableCount }');

      expect(data.project.requests).toEqual({ nodes: [], unreadableCount: 1 });
    },
  );
});

describe('durations', () => {
  const TIMES = '"startTimestamp":"2026-01-12T10:00:00.000","endTimestamp":"2026-01-12T10:00:01.500"';
  const BACKWARDS = '"startTimestamp":"2026-01-12T10:00:00.000","endTimestamp":"2026-01-12T09:59:59.000"';

  test.each([
    ['"elapsedTimeMs":1310', 1310],
    ['"elapsedTimeMs":"1310.5"', 1310.5],
    ['"elapsedTimeMs":0', 0],
    ['"elapsedTimeMs":3000000000', 3_000_000_000],
    ['"elapsedTimeMs":-1', null],
    [`"elapsedTimeMs":-1,${TIMES}`, null],
    ['"elapsedTimeMs":1e300', null],
    ['"elapsedTimeMs":null', null],
    [TIMES, 1500],
    [BACKWARDS, null],
  ])('of %s are shown as %j', async (members, shown) => {
    exporting(`{"status":"succeeded",${members}}`);

    expect(await requestsOf('durationMs')).toEqual([{ durationMs: shown }]);
  });

  test('below zero count in no average', async () => {
    const at = `"startTimestamp":"${new Date().toISOString().slice(0, -1)}","assistant":"Greeter"`;
    exporting(`{${at},"elapsedTimeMs":100},{${at},"elapsedTimeMs":-5000},{${at},"elapsedTimeMs":300}`);
    const fields = 'usage { requests averageDurationMs percentile95DurationMs complete }';
    const { data } = await inProject(`assistants { nodes { name ${fields} } }`);
    const greeter = data.project.assistants.nodes.find(({ name }: { name: string }) => name === 'Greeter');

    expect(greeter.usage).toEqual({ requests: 3, averageDurationMs: 200, percentile95DurationMs: 300, complete: true });
  });
});

describe('times', () => {
  test.each([
    '2026-02-30T10:00:00',
    '2026-02-29T10:00:00.000',
    '0001-01-01T00:00:00',
    '0001-01-01T00:00:00.000',
    'soon',
  ])('are none wherever they stand if they are written %s', async (time) => {
    facade.emulator.setFaults([
      { route: routes.listTokens, kind: 'answer', body: { tokens: [{ id: 'x', name: 'X', timestamp: time }] } },
      {
        route: routes.listProjectLimits,
        kind: 'answer',
        body: { usageLimits: [{ hardLimit: 1, status: 1, validFrom: time, validUntil: time }] },
      },
    ]);
    const fields = 'apiTokens { nodes { name createdAt } unreadableCount } usageLimit { validFrom validUntil }';
    const { data } = await inProject(fields, tokens.organization);

    expect(data.project).toEqual({
      apiTokens: { nodes: [{ name: 'X', createdAt: null }], unreadableCount: 0 },
      usageLimit: { validFrom: null, validUntil: null },
    });
  });

  test('a request at no time is in no window', async () => {
    exporting('{"status":"succeeded","startTimestamp":"0001-01-01T00:00:00"}');
    const { data } = await inProject('assistants(first: 1) { nodes { usage { requests complete } } }');

    expect(data.project.assistants.nodes[0].usage).toEqual({ requests: 0, complete: false });
  });

  test.each([
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-04-31T10:00:00+02:00',
    '2026-01-01T24:00:00Z',
    '2026-01-12T10:00:00',
  ])('a caller who gives %s is told, and nothing is read', async (time) => {
    facade.emulator.resetCalls();
    const filter = await inProject(`requests(filter: { from: "${time}" }) { nodes { status } }`);
    const usage = await inProject(`requests(filter: { to: "${time}" }) { nodes { status } }`);
    const bulk = await facade.query(
      `mutation { blockApiTokens(input: { dryRun: true, filter: { organizationId: "${organizationId}", createdBefore: "${time}" } }) {
          planId userErrors { code field } } }`,
      { token: tokens.organization },
    );

    expect([codes(filter), codes(usage)]).toEqual([['BAD_USER_INPUT'], ['BAD_USER_INPUT']]);
    expect(bulk.data.blockApiTokens).toEqual({
      planId: null,
      userErrors: [{ code: 'INVALID_TIME', field: 'filter.createdBefore' }],
    });
    expect(facade.upstream()).not.toHaveProperty(routes.exportRequests);
    expect(facade.upstream()).not.toHaveProperty(routes.listProjects);
  });

  test('a window of use that begins on a day that is none is refused', async () => {
    const window = 'window: { from: "2026-02-30T00:00:00Z", to: "2026-03-05T00:00:00Z" }';
    const answer = await inProject(`assistants(first: 1) { nodes { usage(${window}) { requests } } }`);

    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  });
});
