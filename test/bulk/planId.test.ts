import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dueCount,
  followPlan,
  isExpired,
  type PlannedAction,
  type PlanToken,
  planOf,
  readPlanId,
  writePlanId,
} from '../../src/apiTokens/bulk/planId.ts';
import { createIds } from '../../src/values/ids.ts';
import { redactTokens, Secret } from '../../src/values/secret.ts';

const ids = createIds(new Secret('x'.repeat(32)));
const MADE_AT = Date.parse('2026-11-24T12:00:00Z');
const NOTHING = new Set<string>();
const PURPOSE = { action: 'blockApiTokens', scope: '["a"]' };

const plannedAction = fc.constantFrom<PlannedAction>('due', 'done', 'out');
const tokens = fc.uniqueArray(fc.record({ key: fc.string({ minLength: 1, maxLength: 8 }), plannedAction }), {
  selector: ({ key }) => key,
  maxLength: 40,
});

const roundTrip = (planned: readonly PlanToken[]) =>
  readPlanId(ids, PURPOSE, writePlanId(ids, PURPOSE, planOf(ids, planned, MADE_AT)))!;

test('a plan reads back as it was written, and its order does not matter', () => {
  fc.assert(
    fc.property(tokens, (planned) => {
      const due = planned.filter((token) => token.plannedAction === 'due');
      const plan = roundTrip(planned);
      expect([plan.madeAt, plan.size, dueCount(plan)]).toEqual([MADE_AT, planned.length, due.length]);
      expect(followPlan(ids, plan, planned.toReversed(), NOTHING)).toEqual({
        kind: 'followed',
        keys: new Set(due.map(({ key }) => key)),
      });
    }),
  );
});

test('changes that a run of the plan has made never stand in its way', () => {
  fc.assert(
    fc.property(tokens, fc.infiniteStream(fc.boolean()), (planned, coin) => {
      const later = planned.map((token): PlanToken => {
        const isDoneNow = token.plannedAction === 'due' && coin.next().value;
        return isDoneNow ? { ...token, plannedAction: 'done' } : token;
      });
      expect(followPlan(ids, roundTrip(planned), later, NOTHING)).toMatchObject({ kind: 'followed' });
    }),
  );
});

test('every token that the plan would treat otherwise is noticed', () => {
  const pairs: [then: PlannedAction, now: PlannedAction, isFine: boolean][] = [
    ['due', 'due', true],
    ['due', 'done', true],
    ['due', 'out', false],
    ['done', 'due', false],
    ['done', 'done', true],
    ['done', 'out', true],
    ['out', 'due', false],
    ['out', 'done', true],
    ['out', 'out', true],
  ];
  for (const [then, now, isFine] of pairs) {
    const found = followPlan(
      ids,
      roundTrip([{ key: 'a', plannedAction: then }]),
      [{ key: 'a', plannedAction: now }],
      NOTHING,
    );
    expect([then, now, found.kind === 'followed']).toEqual([then, now, isFine]);
  }
});

test('a token that was changed since the plan was made, and is to be changed again, is noticed', () => {
  const plan = roundTrip([
    { key: 'a', plannedAction: 'due' },
    { key: 'b', plannedAction: 'due' },
    { key: 'c', plannedAction: 'done' },
  ]);
  const now = (a: PlannedAction): PlanToken[] => [
    { key: 'a', plannedAction: a },
    { key: 'b', plannedAction: 'due' },
    { key: 'c', plannedAction: 'done' },
  ];

  expect(followPlan(ids, plan, now('due'), new Set(['a']))).toMatchObject({ areOthers: false, undone: 1 });
  expect(followPlan(ids, plan, now('done'), new Set(['a', 'c']))).toEqual({
    kind: 'followed',
    keys: new Set(['a', 'b']),
  });
});

test('a plan holds for an hour', () => {
  const plan = roundTrip([{ key: 'a', plannedAction: 'due' }]);

  expect(isExpired(plan, MADE_AT + 60 * 60_000)).toBe(false);
  expect(isExpired(plan, MADE_AT + 60 * 60_000 + 1)).toBe(true);
});

test('a token more, less or other is noticed', () => {
  const plan = roundTrip([
    { key: 'a', plannedAction: 'due' },
    { key: 'b', plannedAction: 'done' },
  ]);
  for (const keys of [['a'], ['a', 'b', 'c'], ['a', 'c'], []]) {
    const now = keys.map((key): PlanToken => ({ key, plannedAction: 'done' }));
    expect(followPlan(ids, plan, now, NOTHING)).toMatchObject({ areOthers: true });
  }
});

test('no other text, purpose or secret makes a plan', () => {
  fc.assert(
    fc.property(tokens, fc.nat(), fc.integer({ min: 1, max: 63 }), (planned, place, step) => {
      const text = writePlanId(ids, PURPOSE, planOf(ids, planned, MADE_AT));
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~';
      const index = place % text.length;
      const other = alphabet[(alphabet.indexOf(text[index]!) + step) % 64];
      expect(readPlanId(ids, PURPOSE, text.slice(0, index) + other + text.slice(index + 1))).toBeNull();
      expect(readPlanId(ids, { ...PURPOSE, scope: '[]' }, text)).toBeNull();
      expect(readPlanId(ids, { ...PURPOSE, action: 'unblockApiTokens' }, text)).toBeNull();
      expect(readPlanId(createIds(new Secret('y'.repeat(32))), PURPOSE, text)).toBeNull();
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => readPlanId(ids, PURPOSE, text) === null));
});

test('ten thousand tokens make less than 2 kB, and nothing of it is taken for a token', () => {
  const many = Array.from({ length: 10_000 }, (_, index): PlanToken => {
    return { key: `k${index}`, plannedAction: (index * 7919) % 3 === 0 ? 'due' : 'done' };
  });
  const text = writePlanId(ids, PURPOSE, planOf(ids, many, MADE_AT));

  expect(text.length).toBeLessThan(2_000);
  expect(redactTokens(text)).toBe(text);
});
