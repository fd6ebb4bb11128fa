import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageLimitDraft } from '../../src/platform/resources/usageLimits.ts';
import { settingsToSend } from '../../src/usageLimits/settings.ts';
import { Decimal } from '../../src/values/decimal.ts';

const amounts = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }))
  .map(([one, other]) => ({ soft: Math.min(one, other), hard: Math.max(one, other) }));
const limits = fc.record({ amounts, isRenewable: fc.boolean() });
const decimal = (value: number) => Decimal.parse(String(value / 4))!;
const toLimit = ({ amounts: { soft, hard }, isRenewable }: typeof limits extends fc.Arbitrary<infer T> ? T : never) =>
  ({ softLimit: decimal(soft), hardLimit: decimal(hard), isRenewable }) as UsageLimitDraft;

test('settings that differ are sent once each, and the hard limit is never below the soft one in between', () => {
  fc.assert(
    fc.property(limits, limits, (before, after) => {
      const [current, wanted] = [toLimit(before), toLimit(after)];
      let { softLimit, hardLimit, isRenewable } = current;
      for (const setting of settingsToSend(current, wanted)) {
        if (setting === 'HARD_LIMIT') hardLimit = wanted.hardLimit;
        if (setting === 'SOFT_LIMIT') softLimit = wanted.softLimit;
        if (setting === 'RENEWAL') isRenewable = wanted.isRenewable;
        expect(hardLimit.isBelow(softLimit)).toBe(false);
      }
      expect([String(softLimit), String(hardLimit), isRenewable]).toEqual([
        String(wanted.softLimit),
        String(wanted.hardLimit),
        wanted.isRenewable,
      ]);
      expect(settingsToSend({ softLimit, hardLimit, isRenewable }, wanted)).toEqual([]);
    }),
  );
});

test.each(['softLimit', 'hardLimit'] as const)(
  'a limit whose %s is unknown is set in an order that holds',
  (unknown) => {
    fc.assert(
      fc.property(limits, limits, (before, after) => {
        const [current, wanted] = [toLimit(before), toLimit(after)];
        let { softLimit, hardLimit } = current;
        for (const setting of settingsToSend({ ...current, [unknown]: null }, wanted)) {
          if (setting === 'HARD_LIMIT') hardLimit = wanted.hardLimit;
          if (setting === 'SOFT_LIMIT') softLimit = wanted.softLimit;
          expect(hardLimit.isBelow(softLimit)).toBe(false);
        }
      }),
    );
  },
);

test.each([
  ['FREEMIUM', []],
  ['MONTHLY', ['RENEWAL']],
] as const)('a renewal that the platform leaves out of a limit of %s takes the changes %j', (period, sent) => {
  const wanted = { ...toLimit({ amounts: { soft: 1, hard: 2 }, isRenewable: true }), period };

  expect(settingsToSend({ ...wanted, isRenewable: null }, wanted)).toEqual(sent);
});
