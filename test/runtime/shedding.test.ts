import { ApolloServer } from '@apollo/server';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { overloaded } from '../../src/errors.ts';
import { Admission } from '../../src/request/gate/admission.ts';
import type { Entrant } from '../../src/request/gate/entrant.ts';
import { Gate } from '../../src/request/gate/gate.ts';
import { TURN_WEIGHT } from '../../src/request/gate/turns.ts';
import { type Facade, startFacade } from '../support/facade.ts';

let facade: Facade;
beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 1, projects: 120 } });
});
afterAll(() => facade.close());
beforeEach(() => facade.emulator.resetCalls());

const DOCUMENT = '{ organization { projects { nodes { name } } } }';
const token = () => facade.emulator.seeded.organizations[0]!.token;
const ask = (document = DOCUMENT) => facade.query(document, { token: token(), takesRefusal: true });

/** The same under a name that no other test asks by: a document that was answered often is compiled. */
const named = (name: string) => `query ${name} ${DOCUMENT}`;

/** More often than it takes to be compiled. */
const OFTEN = 5;

test.each([
  ['by Apollo Server', 0],
  ['by the fast path', OFTEN],
])('a request that would be answered %s is shed with 503, a code, and the time to wait', async (_way, times) => {
  const document = named(`Shed${times}`);
  for (let index = 0; index < times; index += 1) expect((await ask(document)).status).toBe(200);
  facade.emulator.resetCalls();
  vi.spyOn(Gate.prototype, 'enter').mockImplementation(() => {
    throw overloaded();
  });

  const { status, headers, errors, data } = await ask(document);

  expect([status, headers.get('retry-after'), data]).toEqual([503, '1', undefined]);
  expect(errors).toMatchObject([
    { extensions: { code: 'OVERLOADED', retryable: true, retryAfter: 1, requestId: headers.get('x-request-id') } },
  ]);
  expect(facade.upstream()).toEqual({});
  const { requestId } = errors![0]!.extensions;
  await vi.waitUntil(() => facade.log().includes(`"requestId":"${requestId}"`));
  const line = facade
    .log()
    .split('\n')
    .find((one) => one.includes(`"requestId":"${requestId}"`) && one.includes('"operation"'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    level: 'warn',
    status: 503,
    errors: [{ code: 'OVERLOADED' }],
    fastPath: times > 0,
  });
});

test('a compiled query that could not wait is shed before it is planned, by its lightest request', async () => {
  const document = 'query Sized($first: Int!) { organization { projects(first: $first) { nodes { name } } } }';
  const sized = (first: number) => facade.query(document, { token: token(), variables: { first }, takesRefusal: true });
  const enter = vi.spyOn(Gate.prototype, 'enter');
  for (let index = 0; index < OFTEN; index += 1) await sized(100);
  await sized(1);
  const { weight } = enter.mock.calls.at(-1)![0];
  await sized(100);
  const weigh = vi.spyOn(Admission.prototype, 'weigh');
  let checked = 0;
  vi.spyOn(Gate.prototype, 'check').mockImplementation((entrant) => {
    checked = entrant.weight;
    throw overloaded();
  });

  expect((await sized(100)).status).toBe(503);
  expect(checked).toBe(weight);
  expect(weigh).not.toHaveBeenCalled();
});

test('a request whose caller left while it waited is not begun', async () => {
  const enter = vi.spyOn(Gate.prototype, 'enter').mockImplementation(() => new Promise(() => undefined));
  const leaving = new AbortController();
  const { url } = facade;
  const headers = { authorization: `Bearer ${token()}`, 'content-type': 'application/json' };
  const asked = fetch(`${url}/graphql`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ query: DOCUMENT }), signal: leaving.signal },
  });
  await vi.waitUntil(() => enter.mock.calls.length > 0);
  const [entrant] = enter.mock.calls[0]!;
  expect(entrant.isAbandoned).toBe(false);
  leaving.abort();

  await expect(asked).rejects.toThrow();
  await vi.waitUntil(() => entrant.isAbandoned);
});

test.each([
  ['by Apollo Server', 0],
  ['by the fast path', OFTEN],
])('a request that is answered %s begins when its turn comes, and once', async (_way, times) => {
  const document = named(`Turn${times}`);
  for (let index = 0; index < times; index += 1) await ask(document);
  facade.emulator.resetCalls();
  const turn = Promise.withResolvers<void>();
  const enter = vi.spyOn(Gate.prototype, 'enter').mockReturnValue(turn.promise);

  const answer = ask(document);
  await vi.waitUntil(() => enter.mock.calls.length > 0);
  expect(facade.upstream()).toEqual({});
  turn.resolve();

  expect((await answer).data.organization.projects.nodes).toHaveLength(20);
  // A document that is not known takes a turn before it is parsed.
  expect(enter).toHaveBeenCalledTimes(times === 0 ? 2 : 1);
});

test('the weight of a request comes from its plan', async () => {
  const enter = vi.spyOn(Gate.prototype, 'enter');
  await ask('{ __typename }');
  await ask('{ organization { projects(first: 1) { nodes { name } } } }');
  await ask('{ organization { projects(first: 100) { nodes { name } } } }');

  const [none, one, hundred] = [...new Set(enter.mock.calls.map(([entrant]) => entrant))].map(
    ({ weight }) => weight,
  ) as [number, number, number];
  expect(none).toBe(20);
  expect(one).toBeGreaterThan(none);
  expect(hundred - one).toBeGreaterThanOrEqual(99);
});

test('calls that join others weigh nothing once answers have shown it, and again when they are made', async () => {
  const nested = '{ organization { projects(first: 20) { nodes { name usageLimit { hardLimit } } } } }';
  const enter = vi.spyOn(Gate.prototype, 'enter');
  const latest = () => enter.mock.calls.at(-1)![0].weight;
  await ask(nested);
  const first = latest();
  expect(Object.values(facade.upstream()).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);

  facade.emulator.resetCalls();
  const [rounds, together] = [10, 10];
  for (let round = 0; round < rounds; round += 1)
    await Promise.all(Array.from({ length: together }, () => ask(nested)));
  const made = Object.values(facade.upstream()).reduce((sum, count) => sum + count, 0);
  const joined = latest();
  expect(made).toBeLessThan(rounds * together * 10);
  // The plan has ten for each of more than twenty calls.
  expect(joined).toBeLessThan(first - 100);

  for (let index = 0; index < 30; index += 1) await ask(nested);
  expect(latest()).toBeGreaterThan(joined + 100);
});

test('an unknown document waits by its length in the line of its caller, and is shed unparsed', async () => {
  const parsed = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  const weights: number[] = [];
  vi.spyOn(Gate.prototype, 'enter').mockImplementation(({ weight, gateKey }) => {
    expect(gateKey).not.toBe('stranger');
    weights.push(weight);
    throw overloaded();
  });
  for (const length of [100, 1_100, 50_000]) {
    const { status, headers, errors } = await ask(`{ __typename } #${' '.repeat(length)}`);
    expect([status, headers.get('retry-after'), errors?.[0]?.extensions.code]).toEqual([503, '1', 'OVERLOADED']);
    expect(headers.get('content-type')).toContain('application/json');
  }

  const [short, middle, long] = weights as [number, number, number];
  expect(middle - short).toBeCloseTo(200);
  expect(long).toBe(TURN_WEIGHT);
  expect(parsed).not.toHaveBeenCalled();
});

test('a document that was compiled waits to be read if it is long, and else not', async () => {
  const read = vi.spyOn(Admission.prototype, 'read');
  for (const [length, reads] of [
    [10, 0],
    [5_000, 1],
  ] as const) {
    const document = `{ __typename } #${' '.repeat(length)}`;
    for (let time = 0; time < OFTEN; time += 1) await ask(document);
    read.mockClear();
    await ask(document);
    expect(read).toHaveBeenCalledTimes(reads);
  }
});

test('answers that fail teach nothing about the calls of a document', async () => {
  const document = '{ organization { projects(first: 30) { nodes { name usageLimit { hardLimit } } } } }';
  const enter = vi.spyOn(Gate.prototype, 'enter');
  for (let index = 0; index < 10; index += 1) await facade.query(document, { token: `nobody_${index}` });

  const weights = enter.mock.calls.map(([{ weight }]) => weight);
  expect(new Set(weights).size).toBe(1);
});

test('a query of the fast path that fails takes a second turn before it is executed again', async () => {
  const document = '{ organization { name projects { nodes { description } } } }';
  for (let index = 0; index < OFTEN; index += 1) await ask(document);
  facade.emulator.setFaults([{ route: 'GET /v1/organization/projects', kind: 'status', status: 400 }]);
  const resume = vi.spyOn(Gate.prototype, 'resume');

  const { errors } = await ask(document);
  facade.emulator.setFaults([]);
  expect(errors).toHaveLength(1);
  expect(resume).toHaveBeenCalledTimes(1);
});

test('a caller is known at the gate once a call was made with its token, and a stranger before', async () => {
  const entrants = new Map<Entrant, string>();
  vi.spyOn(Gate.prototype, 'enter').mockImplementation((entrant) => {
    entrants.set(entrant, entrants.get(entrant) ?? entrant.gateKey);
    return null;
  });
  await facade.query(DOCUMENT, { token: 'nobody_knows_this_token' });
  await facade.query(DOCUMENT, { token: 'nobody', headers: { projectid: '00000000-0000-0000-0000-000000000001' } });
  await facade.query(DOCUMENT, { token: 'nobody', headers: { projectid: '00000000-0000-0000-0000-000000000001' } });
  await facade.query(DOCUMENT);
  await ask();
  await ask();

  const keys = [...entrants.values()];
  expect(keys.slice(0, 4)).toEqual(['stranger', 'stranger', 'stranger', 'stranger']);
  expect(keys[5]).not.toBe('stranger');
});

test('bytes of a large answer are counted until it has left', async () => {
  const hold = vi.spyOn(Gate.prototype, 'hold');
  const fields = Array.from({ length: 40 }, (_, index) => `field_with_a_long_name_${index}: name`).join(' ');
  const { text } = await ask(`{ organization { projects(first: 100) { nodes { ${fields} } } } }`);

  expect(text.length).toBeGreaterThan(65_536);
  expect(hold.mock.calls.map(([bytes]) => bytes)).toEqual([text.length]);
  const gate = hold.mock.contexts[0] as Gate;
  await vi.waitUntil(() => gate.answerBytes === 0);
});

test('each connection is told to the gate', async () => {
  const connect = vi.spyOn(Gate.prototype, 'connect');
  const agent = new Agent();
  await request(`${facade.url}/health/live`, { dispatcher: agent }).then(({ body }) => body.dump());
  await agent.close();

  expect(connect).toHaveBeenCalledTimes(1);
});
