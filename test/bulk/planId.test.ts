import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dueCount,
  followPlan,
  isExpired,
  type Member,
  planOf,
  readPlanId,
  type Standing,
  writePlanId,
} from '../../src/apiTokens/bulk/planId.ts';
import { createIds } from '../../src/values/ids.ts';
import { redactTokens, Secret } from '../../src/values/secret.ts';

const ids = createIds(new Secret('x'.repeat(32)));
const MADE_AT = Date.parse('2026-11-24T12:00:00Z');
const NOTHING = new Set<string>();
const PURPOSE = { action: 'blockApiTokens', scope: '["a"]' };

const standing = fc.constantFrom<Standing>('due', 'done', 'out');
const members = fc.uniqueArray(fc.record({ key: fc.string({ minLength: 1, maxLength: 8 }), standing }), {
  selector: ({ key }) => key,
  maxLength: 40,
});

const roundTrip = (planned: readonly Member[]) =>
  readPlanId(ids, PURPOSE, writePlanId(ids, PURPOSE, planOf(ids, planned, MADE_AT)))!;

test('a plan reads back as it was written, and its order does not matter', () => {
  fc.assert(
    fc.property(members, (planned) => {
      const due = planned.filter((member) => member.standing === 'due');
      const plan = roundTrip(planned);
      expect([plan.madeAt, plan.size, dueCount(plan)]).toEqual([MADE_AT, planned.length, due.length]);
      expect(followPlan(ids, plan, planned.toReversed(), NOTHING)).toEqual(new Set(due.map(({ key }) => key)));
    }),
  );
});

test('what a run of the plan has done so far never stands in its way', () => {
  fc.assert(
    fc.property(members, fc.infiniteStream(fc.boolean()), (planned, coin) => {
      const later = planned.map((member): Member => {
        const isDoneNow = member.standing === 'due' && coin.next().value;
        return isDoneNow ? { ...member, standing: 'done' } : member;
      });
      expect(followPlan(ids, roundTrip(planned), later, NOTHING)).toBeInstanceOf(Set);
    }),
  );
});

test('every member that the plan would treat otherwise is noticed', () => {
  const pairs: [then: Standing, now: Standing, isFine: boolean][] = [
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
    const found = followPlan(ids, roundTrip([{ key: 'a', standing: then }]), [{ key: 'a', standing: now }], NOTHING);
    expect([then, now, found instanceof Set]).toEqual([then, now, isFine]);
  }
});

test('a member that was changed since the plan was made, and is to be changed again, is noticed', () => {
  const plan = roundTrip([
    { key: 'a', standing: 'due' },
    { key: 'b', standing: 'due' },
    { key: 'c', standing: 'done' },
  ]);
  const now = (a: Standing): Member[] => [
    { key: 'a', standing: a },
    { key: 'b', standing: 'due' },
    { key: 'c', standing: 'done' },
  ];

  expect(followPlan(ids, plan, now('due'), new Set(['a']))).toMatchObject({ areOthers: false, undone: 1 });
  expect(followPlan(ids, plan, now('done'), new Set(['a', 'c']))).toEqual(new Set(['a', 'b']));
});

test('a plan holds for an hour', () => {
  const plan = roundTrip([{ key: 'a', standing: 'due' }]);

  expect(isExpired(plan, MADE_AT + 60 * 60_000)).toBe(false);
  expect(isExpired(plan, MADE_AT + 60 * 60_000 + 1)).toBe(true);
});

test('a member more, less or other is noticed', () => {
  const plan = roundTrip([
    { key: 'a', standing: 'due' },
    { key: 'b', standing: 'done' },
  ]);
  for (const keys of [['a'], ['a', 'b', 'c'], ['a', 'c'], []]) {
    const now = keys.map((key): Member => ({ key, standing: 'done' }));
    expect(followPlan(ids, plan, now, NOTHING)).toMatchObject({ areOthers: true });
  }
});

test('no other text, purpose or secret makes a plan', () => {
  fc.assert(
    fc.property(members, fc.nat(), fc.integer({ min: 1, max: 63 }), (planned, place, step) => {
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

test('ten thousand members make less than 2 kB, and nothing of it is taken for a token', () => {
  const many = Array.from({ length: 10_000 }, (_, index): Member => {
    return { key: `k${index}`, standing: (index * 7919) % 3 === 0 ? 'due' : 'done' };
  });
  const text = writePlanId(ids, PURPOSE, planOf(ids, many, MADE_AT));

  expect(text.length).toBeLessThan(2_000);
  expect(redactTokens(text)).toBe(text);
});
