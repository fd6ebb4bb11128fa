import { expect, test } from 'vitest';
import { TURN_WEIGHT } from '../../src/request/gate/turns.ts';
import { clocked } from '../support/clockedGate.ts';

const MS_PER_WEIGHT = 0.0013;
/** Work of 1.3 ms, as a nested query that was remembered in part. */
const WEIGHT = 1_000;
const CAPACITY = 1_000 / (WEIGHT * MS_PER_WEIGHT);

/** Requests of 16 callers that come by chance, so many a second, for so long. */
async function arriveByChance(gate: ReturnType<typeof clocked>, perSecond: number, forMs: number): Promise<number> {
  const start = gate.now();
  let [sent, seed, next] = [0, 1, start];
  while (gate.now() - start < forMs) {
    for (; next <= gate.now(); sent += 1) {
      gate.enter(`caller ${sent % 16}`, WEIGHT);
      seed = (seed * 48_271) % 2_147_483_647;
      next -= (Math.log(seed / 2_147_483_647) * 1_000) / perSecond;
    }
    await (gate.isIdle() ? gate.pass(next - gate.now()) : gate.passTurn());
  }
  return sent;
}

/** Requests of 16 callers at a rate, for so long. */
async function arrive(gate: ReturnType<typeof clocked>, perSecond: number, forMs: number): Promise<number> {
  const start = gate.now();
  let sent = 0;
  while (gate.now() - start < forMs) {
    const due = Math.floor(((gate.now() - start) / 1_000) * perSecond);
    for (; sent <= due; sent += 1) gate.enter(`caller ${sent % 16}`, WEIGHT);
    await gate.passTurn();
  }
  return sent;
}

test('of three times the load, what is begun waited for 60 ms at most, and no turn is idle', async () => {
  const gate = clocked(MS_PER_WEIGHT);
  const sent = await arrive(gate, CAPACITY * 3, 3_000);
  await gate.drain();
  const { began, shed } = gate;

  expect(began.length + shed.length).toBe(sent);
  expect(began.length).toBeGreaterThan(CAPACITY * 3 * 0.9);
  expect(Math.max(...began.map(({ waitedMs }) => waitedMs))).toBeLessThanOrEqual(60 + TURN_WEIGHT * MS_PER_WEIGHT);
  const waited = shed.filter(({ waitedMs }) => waitedMs > 0);
  // The others were refused as they came.
  expect(waited.length).toBeLessThan(shed.length / 10);
});

test('of nine tenths of the load, next to nothing is shed, though requests come by chance', async () => {
  const gate = clocked(MS_PER_WEIGHT);
  const sent = await arriveByChance(gate, CAPACITY * 0.9, 20_000);

  expect(sent).toBeGreaterThan(CAPACITY * 0.85 * 20);
  expect(gate.shed.length).toBeLessThan(sent / 2_000);
});

test('a burst that nothing follows is begun whole', async () => {
  const gate = clocked(MS_PER_WEIGHT);
  for (let index = 0; index < 150; index += 1) expect(gate.enter(`caller ${index % 16}`, WEIGHT)).not.toBe('shed');
  await gate.drain();

  expect(gate.began).toHaveLength(150);
});

test('a burst that load follows is shed little by little: no turn is longer than another', async () => {
  const gate = clocked(MS_PER_WEIGHT);
  for (let index = 0; index < 500; index += 1) gate.enter(`caller ${index % 16}`, WEIGHT);
  const shedInTurns: number[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    for (let index = 0; index < 6; index += 1) gate.enter(`caller ${index}`, WEIGHT);
    const before = gate.shed.filter(({ waitedMs }) => waitedMs > 0).length;
    await gate.passTurn();
    shedInTurns.push(gate.shed.filter(({ waitedMs }) => waitedMs > 0).length - before);
  }

  expect(Math.max(...shedInTurns)).toBeGreaterThan(10);
  expect(Math.max(...shedInTurns)).toBeLessThanOrEqual(100);
});

test('the only request of a caller is begun, however long others made it wait', async () => {
  const gate = clocked(MS_PER_WEIGHT);
  const flood = async () => {
    for (let index = 0; index < 30; index += 1) gate.enter('bob', WEIGHT);
    await gate.passTurn();
  };
  for (let turn = 0; turn < 100; turn += 1) await flood();
  expect(gate.shed.length).toBeGreaterThan(100);
  expect(gate.enter('ann', WEIGHT)).toBe('waits');
  gate.pass(100);
  await flood();
  await gate.drain();

  expect(gate.began.filter(({ key }) => key === 'ann')).toHaveLength(1);
  expect(gate.shed.filter(({ waitedMs }) => waitedMs > 60).length).toBeGreaterThan(0);
});

test('work that waits lets connections in first, and begins all the same while they come on and on', async () => {
  const { gate, enter, passTurn, began } = clocked();
  const turnsUntilBegun = async (connects: boolean) => {
    const before = began.length;
    enter('ann', TURN_WEIGHT);
    enter('ann', TURN_WEIGHT);
    for (let turns = 1; ; turns += 1) {
      if (connects) gate.connect();
      await passTurn();
      if (began.length === before + 2) return turns;
    }
  };

  expect(await turnsUntilBegun(false)).toBe(1);
  await passTurn();
  expect(await turnsUntilBegun(true)).toBe(9);
});
