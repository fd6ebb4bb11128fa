import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PIECE } from '../../src/graphql/answerText.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { Admission } from '../../src/request/gate/admission.ts';
import { Gate } from '../../src/request/gate/gate.ts';
import { STRETCH, Stretches } from '../../src/request/gate/stretches.ts';
import { TURN_WEIGHT } from '../../src/request/gate/turns.ts';
import { operations } from '../oracle/operations.ts';
import { startSituation } from '../oracle/situation.ts';
import { sendAndMayLeave } from '../support/caller.ts';
import { type Facade, startFacade } from '../support/facade.ts';

const PATIENTLY = { timeout: 15_000 };
const PAGES = 200;
const PAGE = 100;

let facade: Facade;
let tokens: string[];
beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 2, projects: PAGE } });
  tokens = facade.emulator.seeded.organizations.map(({ token }) => token);
});
afterAll(() => facade.close());
beforeEach(() => vi.restoreAllMocks());

/** An answer of 20,000 objects. */
const pages = Array.from({ length: PAGES }, (_, page) => `p${page}: projects(first: ${PAGE}) { ...P }`).join(' ');
const LARGE = `{ organization { ${pages} } } fragment P on ProjectConnection { nodes { id name } }`;
const SMALL = '{ organization { id name } }';
const askLarge = () => facade.query(LARGE, { token: tokens[0] });

/** Turns of the loop until the work has ended. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let [turns, isDone] = [0, false];
  const end = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await end;
  return turns;
}

describe.each([
  ['by Apollo Server', 0],
  ['by the fast path', 4],
])('a large answer %s', (_way, times) => {
  beforeAll(async () => {
    for (let time = 0; time < times; time += 1) await askLarge();
  });

  test('is built and written with turns of the loop in between', async () => {
    const goOn = vi.spyOn(Gate.prototype, 'goOn');
    const hold = vi.spyOn(Gate.prototype, 'hold');
    const answer = askLarge();
    await vi.waitUntil(() => goOn.mock.calls.length > 0, { ...PATIENTLY, interval: 0 });
    const turns = await turnsDuring(vi.waitUntil(() => hold.mock.calls.length > 0, { ...PATIENTLY, interval: 0 }));

    expect(goOn.mock.calls.length).toBeGreaterThanOrEqual((PAGES * PAGE) / STRETCH - 1);
    expect(turns).toBeGreaterThanOrEqual((PAGES * PAGE) / TURN_WEIGHT);
    const { text, data } = await answer;
    expect(text).toBe(JSON.stringify({ data }));
    // One turn for each piece that is written.
    const held = hold.mock.invocationCallOrder[0] ?? Number.NaN;
    expect(goOn.mock.invocationCallOrder.filter((at) => at > held)).toHaveLength(Math.ceil(text.length / PIECE));
    expect(Object.values(data.organization).map((page) => (page as { nodes: unknown[] }).nodes.length)).toEqual(
      Array(PAGES).fill(PAGE),
    );
  });

  test('lets a small one of another caller pass that came meanwhile', async () => {
    await facade.query(SMALL, { token: tokens[1] });
    const goOn = vi.spyOn(Gate.prototype, 'goOn');
    const hold = vi.spyOn(Gate.prototype, 'hold');
    const answer = askLarge();
    await vi.waitUntil(() => goOn.mock.calls.length > 0, { ...PATIENTLY, interval: 0 });

    expect((await facade.query(SMALL, { token: tokens[1] })).data.organization.name).toBeTruthy();
    expect(hold).not.toHaveBeenCalled();
    expect((await answer).status).toBe(200);
    expect(hold).toHaveBeenCalledTimes(1);
  });

  test('is built no further once its caller has left', async () => {
    const goOn = vi.spyOn(Gate.prototype, 'goOn');
    const logged = facade.log().length;
    const caller = sendAndMayLeave(facade.url, LARGE, tokens[0]!);
    await vi.waitUntil(() => goOn.mock.calls.length > 1, { ...PATIENTLY, interval: 0 });
    caller.destroy();
    await vi.waitUntil(() => facade.log().slice(logged).includes('"abandoned":true'), PATIENTLY);

    // Those of its text are never asked for.
    expect(goOn.mock.calls.length).toBeLessThanOrEqual((PAGES * PAGE) / STRETCH + 1);
  });
});

test('a caller who leaves before the first piece of a large answer is no failure of ours', async () => {
  const logged = facade.log().length;
  const closed = Promise.withResolvers<void>();
  vi.spyOn(Gate.prototype, 'hold').mockImplementation((_bytes, answer) => {
    vi.spyOn(Gate.prototype, 'goOn').mockReturnValue(closed.promise);
    answer.once('close', closed.resolve);
    caller.destroy();
  });
  const caller = sendAndMayLeave(facade.url, `query Leaving ${LARGE}`, tokens[0]!);
  await closed.promise;
  vi.restoreAllMocks();
  await facade.query('query After { __typename }', { token: tokens[0] });
  await vi.waitUntil(() => facade.log().slice(logged).includes('"After"'));

  expect(facade.log().slice(logged)).not.toContain('unforeseen failure');
  expect(
    facade
      .log()
      .slice(logged)
      .match(/"abandoned":true/g),
  ).toHaveLength(1);
});

test('text that Apollo Server writes takes the turns of the caller', async () => {
  const goOn = vi.spyOn(Gate.prototype, 'goOn');
  const enter = vi.spyOn(Gate.prototype, 'enter');
  const { status } = await facade.query(`query Whose ${LARGE}`, { token: tokens[0] });

  expect(status).toBe(200);
  const keys = new Set(goOn.mock.calls.map(([{ gateKey }]) => gateKey));
  expect([...keys]).toEqual([enter.mock.calls[0]![0].gateKey]);
  expect(goOn.mock.calls.some(([{ weight }]) => weight === STRETCH)).toBe(true);
});

test('a long document takes turns to be validated, planned and compiled, and a short one none', async () => {
  const readOn = vi.spyOn(Admission.prototype, 'readOn');
  const turnsOf = async (document: string) => {
    readOn.mockClear();
    await facade.query(document, { token: tokens[0] });
    return readOn.mock.calls.length;
  };
  const long = `${SMALL} # ${'long '.repeat(1_000)}`;
  // Validated and planned; planned alone, once it is known; planned and compiled; the fast path plans it in its place at the gate.
  for (const turns of [2, 1, 2, 0]) expect(await turnsOf(long)).toBe(turns);
  for (let time = 0; time < 4; time += 1) expect(await turnsOf(`${SMALL} # short`)).toBe(0);
});

test('a small answer takes no turn', async () => {
  const goOn = vi.spyOn(Gate.prototype, 'goOn');
  const turns = vi.spyOn(Stretches.prototype, 'goOn');
  for (let time = 0; time < 5; time += 1) {
    await facade.query('{ organization { projects(first: 100) { nodes { id } } } }', { token: tokens[0] });
  }

  expect(goOn).not.toHaveBeenCalled();
  expect(turns).not.toHaveBeenCalled();
});

/** Text of an answer, whatever its request. With errors the answer itself: those of siblings come in no promised order. */
function comparable(text: string): unknown {
  const plain = text.replace(/"requestId":"[^"]+"/g, '"requestId":""');
  const { errors, ...rest } = JSON.parse(plain);
  return errors ? { ...rest, errors: errors.map((error: object) => JSON.stringify(error)).sort() } : plain;
}

test('every answer is the same, byte for byte, where each list waits for a turn', async () => {
  const situation = await startSituation();
  const replica = await situation.facade({ CACHE: 'memory', GEAI_BORROW_PROJECT_TOKENS: 'true' });
  const caller = fc.constantFrom(...Object.values(situation.callers));
  const operation = operations(createSubgraph(), situation.operationOptions);
  await fc.assert(
    fc.asyncProperty(operation, caller, async ({ document, variables }, { request }) => {
      const ask = async () => {
        const { text } = await replica.query(document, { ...request, variables });
        return comparable(text);
      };
      const expected = await ask();
      vi.spyOn(Admission.prototype, 'isLarge', 'get').mockReturnValue(true);
      vi.spyOn(Stretches.prototype, 'goOn').mockImplementation(() => new Promise((then) => setImmediate(then)));
      for (let time = 0; time < 4; time += 1) expect(await ask()).toEqual(expected);
      vi.restoreAllMocks();
    }),
    { numRuns: 20 },
  );
  await replica.close();
  await situation.close();
}, 60_000);
