import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sendAndMayLeave } from '../support/caller.ts';
import { type Facade, type Request, routes, startFacade } from '../support/facade.ts';
import { linesOf } from '../support/program.ts';

let facade: Facade;
beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 2, projects: 3 }, env: { LOG_LEVEL: 'info' } });
});
afterAll(() => facade.close());

let requests = 0;

/** The line of the log about one operation. */
async function lineOf(document: string, request: Request = {}): Promise<Record<string, unknown>> {
  requests += 1;
  const requestId = `line-${requests}`;
  await facade.query(document, { ...request, headers: { ...request.headers, 'x-request-id': requestId } });
  return vi.waitUntil(() =>
    linesOf(facade.log()).find((line) => line.requestId === requestId && line.msg === 'operation'),
  );
}

const token = () => facade.emulator.seeded.organizations[0]!.token;
const projectId = () => facade.emulator.seeded.organizations[0]!.projects[0]!.id;

test('an operation leaves one line with who, what, how long and how many calls', async () => {
  const headers = { 'apollographql-client-name': 'console', 'apollographql-client-version': '2.1' };
  // No other test reads with this token: the call that says what it is counts as well.
  const { token: unread, projects } = facade.emulator.seeded.organizations[1]!;
  const document = `query Named { project(id: "${projects[0]!.id}") { name } }`;
  const line = await lineOf(document, { token: unread, headers });

  expect(line).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    service: 'geai-graph',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    msg: 'operation',
    requestId: expect.any(String),
    method: 'POST',
    route: '/graphql',
    status: 200,
    milliseconds: expect.any(Number),
    operationType: 'query',
    operationName: 'Named',
    client: 'console',
    clientVersion: '2.1',
    caller: expect.stringMatching(/^[\w-]{43}$/),
    calls: 2,
    coalesced: 0,
    remembered: 0,
    fastPath: false,
  });
});

test('an operation without a name has the hash of its document, on both ways', async () => {
  const document = '{ viewer { scopes } __typename }';
  const lines = [];
  for (let time = 0; time < 4; time += 1) lines.push(await lineOf(document, { token: token() }));

  const documentHash = createHash('sha256').update(document).digest('hex');
  expect(lines.map((line) => [line.documentHash, line.operationName])).toEqual(
    Array(4).fill([documentHash, undefined]),
  );
  expect(lines.map(({ fastPath }) => fastPath)).toEqual([false, false, false, true]);
  expect(lines[3]).toMatchObject({ remembered: 1, caller: lines[0]!.caller });
});

test('client headers of GraphQL over HTTP are read as well, cleaned and cut', async () => {
  const headers = { 'graphql-client-name': `\u0007é${'x'.repeat(5_000)}`.slice(1), 'graphql-client-version': '1' };
  const { client, clientVersion } = await lineOf('{ __typename }', { headers });

  expect(client).toBe(`?${'x'.repeat(63)}…`);
  expect(clientVersion).toBe('1');
});

describe('the level says whose fault it is', () => {
  const document = 'query Level($id: ID!) { project(id: $id) { name } }';

  test.each<[fault: string, level: string, code: string, path: string | null, request: () => [string, Request]]>([
    ['a stranger', 'info', 'UNAUTHENTICATED', 'project', () => [document, { variables: { id: projectId() } }]],
    ['a mistyped field', 'info', 'GRAPHQL_VALIDATION_FAILED', null, () => ['{ nothing }', { token: token() }]],
    ['no GraphQL at all', 'info', 'GRAPHQL_PARSE_FAILED', null, () => ['{', { token: token() }]],
    ['too many lines', 'info', 'TOO_MANY_LINES', null, () => [`{ __typename }${'\n'.repeat(9_000)}`, {}]],
  ])('%s: %s', async (_fault, level, code, path, request) => {
    const [text, sent] = request();
    const line = await lineOf(text, sent);

    expect(line).toMatchObject({ level, errorCount: 1, errors: [{ code, path }] });
  });

  test('a platform that fails: warn', async () => {
    facade.emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 500 }]);
    const line = await lineOf(document, { token: token(), variables: { id: projectId() } });
    facade.emulator.setFaults([]);

    const errors = [{ code: 'UPSTREAM_UNAVAILABLE', path: 'project' }];
    expect(line).toMatchObject({ level: 'warn', operationName: 'Level', errors });
  });
});

describe('a line does not grow with what a stranger sends', () => {
  const long = (size: number) => 'x'.repeat(size);

  test.each<[what: string, make: (size: number) => [string, Request]]>([
    ['the name', (size) => [`query ${long(Math.min(size, 900))} { viewer { scopes } }`, {}]],
    ['the client', (size) => ['{ viewer { scopes } }', { headers: { 'apollographql-client-name': long(size) } }]],
    ['a trace state', (size) => ['{ viewer { scopes } }', { headers: { tracestate: `a=${long(size)}` } }]],
    [
      'errors',
      (size) => [`{ ${Array.from({ length: size / 100 }, (_, at) => `a${at}: viewer { scopes }`).join(' ')} }`, {}],
    ],
    ['a bearer', (size) => ['{ viewer { scopes } }', { token: long(size) }]],
    ['text that is no GraphQL', (size) => [long(size), {}]],
  ])('%s', async (_what, make) => {
    // Times have more digits on a slow machine.
    const sizeOf = async (size: number) => JSON.stringify(await lineOf(...make(size))).replace(/[\d.]+/g, '0').length;
    await sizeOf(1_000);
    const [once, twice] = [await sizeOf(2_000), await sizeOf(4_000)];

    expect(Math.abs(twice - once)).toBeLessThan(12);
    expect(twice).toBeLessThan(2_000);
  });
});

test('an operation whose caller left before the answer has its line, which says so', async () => {
  facade.emulator.setFaults([{ route: routes.listTokens, kind: 'hang', times: 1 }]);
  const document = `query Abandoned { project(id: "${projectId()}") { apiTokens { totalCount } } }`;
  const caller = sendAndMayLeave(facade.url, document, token());
  await vi.waitUntil(() => facade.upstream()[routes.listTokens] === 1);
  caller.destroy();

  const line = await vi.waitUntil(() => linesOf(facade.log()).find(({ abandoned }) => abandoned !== undefined));
  expect(line).toMatchObject({ msg: 'operation', operationName: 'Abandoned', abandoned: true, level: 'info' });
});

test('a name that is cut shows no part of a token in it', async () => {
  const secret = `${'kQ7nYb2mT9wLx4RvE1cHs8ZpD6uJ0gFaK3iOqWtMyBe'}`;
  const line = await lineOf(`query a${'b'.repeat(60)}_${secret} { viewer { scopes } }`);

  expect(JSON.stringify(line)).not.toContain(secret.slice(0, 8));
});
