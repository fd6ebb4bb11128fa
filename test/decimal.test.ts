import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal, sortKey } from '../src/values/decimal.ts';

const read = (text: string) => Decimal.parse(text)?.toString();

test.each([
  ['0', '0'],
  ['2000.0', '2000'],
  ['0.01613888', '0.01613888'],
  ['4.2e-7', '0.00000042'],
  ['1.5E+3', '1500'],
  ['-0.10', '-0.1'],
  ['-0', '0'],
  ['007', '7'],
])('%s reads as %s', (text, plain) => expect(read(text)).toBe(plain));

test.each(['', 'abc', '1,5', '1.2.3', 'NaN', 'Infinity', '.5', '1e', '0x10'])('%j is no number', (text) =>
  expect(Decimal.parse(text)).toBeNull(),
);

test.each([
  ['1', '2', true],
  ['2', '1', false],
  ['1', '1.0', false],
  ['-0.1', '0', true],
  ['12345678901234567.1', '12345678901234567.2', true],
])('%s is compared with %s', (one, other, isBelow) => {
  expect(Decimal.parse(one)?.isBelow(Decimal.parse(other) ?? Decimal.ZERO)).toBe(isBelow);
});

test('ten cents added ten times are one dollar, which binary numbers do not manage', () => {
  const cents = Array.from({ length: 10 }, () => '0.1');
  const sum = cents.reduce((total, text) => total.plus(Decimal.parse(text) ?? total), Decimal.ZERO);

  expect(String(sum)).toBe('1');
  expect(JSON.stringify({ sum })).toBe('{"sum":"1"}');
});

test('sums are exact and do not depend on the order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.nat({ max: 9 }))), (parts) => {
      const decimals = parts.map(([units, scale]) => Decimal.parse(`${units}e-${scale}`) ?? Decimal.ZERO);
      const add = (some: readonly Decimal[]) => some.reduce((total, one) => total.plus(one), Decimal.ZERO).toString();
      const exact = parts.reduce((total, [units, scale]) => total + units * 10n ** BigInt(9 - scale), 0n);

      expect(add(decimals)).toBe(Decimal.parse(`${exact}e-9`)?.toString());
      expect(add(decimals.toReversed())).toBe(add(decimals));
    }),
  );
});

test('sort keys order amounts as they are, unknown ones first', () => {
  const amount = fc.tuple(fc.integer(), fc.nat({ max: 9 })).map(([units, scale]) => units / 10 ** scale);
  fc.assert(
    fc.property(amount, amount, (one, other) => {
      const [mine, theirs] = [sortKey(one), sortKey(other)];

      expect(Math.sign(Number(mine > theirs) - Number(mine < theirs))).toBe(
        Math.sign(Number(one > other) - Number(one < other)),
      );
      expect(sortKey(null) < mine).toBe(true);
    }),
  );
});
