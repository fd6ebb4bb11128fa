import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TURN_WEIGHT } from '../../src/request/gate/turns.ts';
import { clocked } from '../support/clockedGate.ts';

const LARGE = TURN_WEIGHT * 10;
const SMALL = 50;

describe('the gate', () => {
  test('makes nobody wait while it is idle', async () => {
    const { enter, passTurn } = clocked();
    for (const weight of [SMALL, LARGE, SMALL]) {
      expect(enter('ann', weight)).toBe('begun');
      await passTurn();
    }
  });

  test('begins one large request in a turn', async () => {
    const { enter, drain, began } = clocked();
    for (let index = 0; index < 5; index += 1) enter('ann', LARGE);
    await drain();

    expect(new Set(began.map(({ turn }) => turn)).size).toBe(5);
  });

  test('pauses after a large request, so that small ones come in between', async () => {
    const { enter, passTurn, began } = clocked();
    enter('ann', LARGE);
    await passTurn();

    expect([enter('bob', LARGE), enter('eve', SMALL)]).toEqual(['waits', 'waits']);
    await passTurn();
    expect(began.map(({ key }) => key)).toEqual(['ann', 'eve']);
  });

  test('lets a request of any size wait where nobody else does, after however slow a turn', async () => {
    for (const weight of [1, 5, 50].map((times) => times * LARGE)) {
      const { enter, passTurn, drain, began } = clocked(0.1);
      expect(enter('ann', LARGE)).toBe('begun');
      await passTurn();
      expect(enter('ann', weight)).toBe('waits');
      await drain();
      expect(began.at(-1)!.weight).toBe(weight);
    }
  });

  test('lets a small request of one caller pass the large ones of others', async () => {
    const { enter, drain, began } = clocked();
    for (const key of ['ann', 'bob', 'cat', 'dan']) for (let index = 0; index < 2; index += 1) enter(key, LARGE);
    enter('eve', SMALL);
    await drain();

    expect(began.findIndex(({ key }) => key === 'eve')).toBe(1);
  });

  test('gives callers turns, however many requests one has', async () => {
    const { enter, drain, began } = clocked();
    for (let index = 0; index < 6; index += 1) enter('ann', LARGE);
    enter('bob', LARGE);
    await drain();

    expect(began.findIndex(({ key }) => key === 'bob')).toBeLessThanOrEqual(2);
  });

  test('sheds large requests before the backlog is longer than a second', async () => {
    const { enter, drain, began } = clocked();
    const outcomes = Array.from({ length: 100 }, () => enter('ann', LARGE));
    await drain();

    // Each takes 100 ms.
    expect(outcomes.filter((outcome) => outcome !== 'shed')).toHaveLength(11);
    expect(began).toHaveLength(11);
    expect(enter('ann', LARGE)).not.toBe('shed');
  });

  test('sheds strangers before a caller that is known', () => {
    const { enter } = clocked();
    for (let index = 0; index < 10_000; index += 1) enter('stranger', SMALL);

    expect(enter('stranger', SMALL)).toBe('shed');
    expect(enter('ann', SMALL)).toBe('waits');
  });

  test('lets a small request of a caller pass the large ones of the same', async () => {
    const { enter, drain, began } = clocked();
    for (let index = 0; index < 6; index += 1) enter('ann', LARGE);
    expect(enter('ann', SMALL)).toBe('waits');
    await drain();

    expect(began.findIndex(({ weight }) => weight === SMALL)).toBe(1);
  });

  test('begins nothing for callers who left, and counts no work for them', async () => {
    const { gate, enter, passTurn, began, gone } = clocked();
    for (const key of ['ann', 'bob', 'bob', 'bob', 'cat']) enter(key, TURN_WEIGHT);
    gone.add('bob');
    await passTurn();

    expect(began.map(({ key, turn }) => [key, turn])).toEqual([
      ['ann', 0],
      ['cat', 1],
    ]);
    expect(gate.waitingWeight).toBe(0);
  });

  test('lets a few callers wait who ask again once they are answered', async () => {
    // A machine that is busy with something else.
    const { enter, passTurn, began } = clocked(0.1);
    const outcomes: string[] = [];
    for (let turn = 0; turn < 200; turn += 1) {
      const waiting = outcomes.filter((outcome) => outcome !== 'shed').length - began.length;
      for (let index = waiting; index < 16; index += 1) outcomes.push(enter('ann', TURN_WEIGHT));
      await passTurn();
    }

    expect(outcomes).not.toContain('shed');
  });

  test('stays strict for a second after load that lasted, though nothing waits for a moment', async () => {
    const { gate, enter, passTurn, drain } = clocked();
    const overload = async () => {
      for (let turn = 0; turn < 30; turn += 1) {
        for (let index = 0; index < 30; index += 1) enter(`caller ${index % 5}`, TURN_WEIGHT);
        await passTurn();
      }
    };
    await overload();
    const standing = gate.waitingWeight;
    await drain();
    expect(gate.waitingWeight).toBe(0);

    for (let index = 0; index < 300; index += 1) enter(`caller ${index % 5}`, TURN_WEIGHT);
    expect(gate.waitingWeight).toBeLessThanOrEqual(standing + TURN_WEIGHT);
  });

  test('takes a burst, and sheds load that lasts', async () => {
    const { gate, enter, passTurn } = clocked();
    const burst = Array.from({ length: 2_000 }, (_, index) => enter(`caller ${index % 5}`, SMALL));
    expect(burst).not.toContain('shed');

    const outcomes: string[] = [];
    for (let turn = 0; turn < 300; turn += 1) {
      for (let index = 0; index < 3 * (TURN_WEIGHT / SMALL); index += 1)
        outcomes.push(enter(`caller ${index % 5}`, SMALL));
      await passTurn();
    }
    expect(outcomes).toContain('shed');
    // 50 ms of work at most, once the burst is over.
    expect(gate.waitingWeight * 0.005).toBeLessThanOrEqual(60);
  });

  test('begins no large request while large answers fill the memory, and goes on when they left', async () => {
    const { gate, enter, passTurn, began } = clocked();
    const ends: (() => void)[] = [];
    const answer = { once: (_event: string, then: () => void) => ends.push(then) };
    for (let index = 0; index < 20; index += 1) gate.hold(5_000_000, answer);

    expect([enter('ann', LARGE), enter('bob', SMALL)]).toEqual(['waits', 'waits']);
    await passTurn();
    expect(began.map(({ key }) => key)).toEqual(['bob']);

    for (const end of ends) end();
    expect(gate.answerBytes).toBe(0);
    await passTurn();
    expect(began.map(({ key }) => key)).toEqual(['bob', 'ann']);
  });
});

test('every admitted request is begun once, none is passed for ever, and turns stay bounded', async () => {
  const request = fc.record({ key: fc.nat(4).map(String), weight: fc.integer({ min: 1, max: LARGE }) });
  const turn = fc.array(request, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { maxLength: 12 }), async (turns) => {
      const { gate, enter, passTurn, drain, began } = clocked();
      let admitted = 0;
      for (const requests of turns) {
        for (const { key, weight } of requests) if (enter(key, weight) !== 'shed') admitted += 1;
        await passTurn();
      }
      // Small requests that come on and on do not keep the others back for ever.
      const isWaiting = () => began.filter(({ key }) => key !== 'small').length < admitted;
      for (let index = 0; index < 5_000 && isWaiting(); index += 1) {
        enter('small', TURN_WEIGHT / 2);
        await passTurn();
      }
      expect(isWaiting()).toBe(false);
      await drain();
      expect(began.filter(({ key }) => key !== 'small')).toHaveLength(admitted);
      expect(gate.waitingWeight).toBe(0);
      const byTurn = Map.groupBy(began, (one) => one.turn);
      for (const group of byTurn.values()) {
        const weight = group.reduce((sum, one) => sum + one.weight, 0);
        expect(group.length === 1 || weight <= TURN_WEIGHT).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});
