import { describe, expect, test } from 'vitest';
import type { Entrant } from '../../src/request/gate/entrant.ts';
import { Gate } from '../../src/request/gate/gate.ts';
import { Stretches } from '../../src/request/gate/stretches.ts';
import { TURN_WEIGHT } from '../../src/request/gate/turns.ts';

/** A gate whose turns are passed by hand, and the names of what was begun in order. */
function stepped() {
  let due: (() => void) | null = null;
  const began: string[] = [];
  const gate = new Gate(undefined, {
    now: () => 0,
    nextTurn: (then) => {
      due = then;
    },
    later: () => undefined,
  });
  const by = (gateKey: string, weight: number): Entrant => ({ gateKey, weight, isAbandoned: false });
  const note = (name: string, wait: Promise<void> | null) => void wait?.then(() => began.push(name));
  const passTurn = async () => {
    const then = due;
    due = null;
    then?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { gate, by, note, passTurn, began };
}

describe('a stretch of a large request', () => {
  test('waits for a later turn, even at an idle gate', async () => {
    const { gate, by, note, passTurn, began } = stepped();
    note('stretch', gate.goOn(by('ann', 500)));
    expect(began).toEqual([]);
    await passTurn();

    expect(began).toEqual(['stretch']);
  });

  test('shares the turn with small requests, and keeps large ones back', async () => {
    const { gate, by, note, passTurn, began } = stepped();
    for (let index = 0; index < 3; index += 1) note(`stretch ${index}`, gate.goOn(by('ann', TURN_WEIGHT / 2)));
    note('large', gate.enter(by('bob', TURN_WEIGHT * 2)));
    note('small', gate.enter(by('eve', 50)));
    await passTurn();
    expect(began).toEqual(['small', 'stretch 0']);

    await passTurn();
    expect(began).not.toContain('large');
    await passTurn();
    expect(began).toContain('large');
  });
});

test('a large request that goes on passes those that have not begun', async () => {
  const { gate, by, note, passTurn, began } = stepped();
  const large = by('ann', TURN_WEIGHT * 5);
  gate.enter(large);
  for (let index = 0; index < 3; index += 1) note(`new ${index}`, gate.enter(large));
  note('under way', gate.resume(large));
  await passTurn();
  await passTurn();

  expect(began.slice(0, 2)).toEqual(['under way', 'new 0']);
});

test('long documents of strangers that come on and on hold no large request back', async () => {
  const { gate, by, note, passTurn, began } = stepped();
  gate.enter(by('stranger', TURN_WEIGHT));
  note('document 0', gate.resume(by('stranger', TURN_WEIGHT)));
  note('large', gate.enter(by('ann', TURN_WEIGHT * 2)));
  for (let turn = 1; turn <= 4; turn += 1) {
    note(`document ${turn}`, gate.resume(by('stranger', TURN_WEIGHT)));
    await passTurn();
  }

  expect(began.slice(0, 3)).toContain('large');
});

test('objects of an answer fall into stretches of 500, the first of which waits for nothing', () => {
  const { gate, by } = stepped();
  const stretches = new Stretches(gate, by('ann', TURN_WEIGHT * 5));
  const turns = Array.from({ length: 20 }, () => stretches.goOn(100));

  expect(turns.slice(0, 5)).toEqual([null, null, null, null, null]);
  expect(new Set(turns.slice(5)).size).toBe(3);
  for (const stretch of [5, 10, 15]) expect(new Set(turns.slice(stretch, stretch + 5)).size).toBe(1);
});
