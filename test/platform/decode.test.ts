import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DecodeError,
  integer,
  items,
  key,
  optionalBoolean,
  optionalCode,
  optionalDecimal,
  optionalNumber,
  optionalText,
  optionalTime,
  optionalUuid,
  text,
  uuid,
  wire,
} from '../../src/platform/client/decode.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const ABSENT = [{}, { member: undefined }, { member: null }];
const read = <T>(decode: (from: Record<string, unknown>, member: string) => T, value: unknown) =>
  decode({ member: value }, 'member');

const READERS = {
  key,
  uuid,
  optionalUuid,
  text,
  optionalText,
  optionalBoolean,
  integer,
  optionalCode,
  optionalNumber,
  optionalDecimal,
  optionalTime,
};

test('a member that is absent, null or empty is none, whatever is looked for', () => {
  for (const from of [...ABSENT, { member: '' }]) {
    expect(optionalText(from, 'member')).toBeNull();
    expect(optionalUuid(from, 'member')).toBeNull();
    expect(optionalCode(from, 'member')).toBeNull();
    expect(optionalNumber(from, 'member')).toBeNull();
    expect(optionalDecimal(from, 'member')).toBeNull();
    expect(optionalTime(from, 'member')).toBeNull();
    expect(text(from, 'member')).toBe('');
  }
  for (const from of ABSENT) expect(optionalBoolean(from, 'member')).toBeNull();
});

test('a record without its key is an error that names the member', () => {
  for (const from of [...ABSENT, { member: '' }, { member: true }, { member: {} }]) {
    expect(() => key(from, 'member')).toThrow(new DecodeError('member is missing'));
    expect(() => uuid(from, 'member')).toThrow(new DecodeError('member is missing'));
  }
});

test('an error never holds the value, which may be a secret', () => {
  const value = fc.oneof(fc.string({ minLength: 12 }), fc.array(fc.string({ minLength: 12 }), { minLength: 1 }));
  fc.assert(
    fc.property(value, fc.constantFrom(...Object.values(READERS)), (wrong, decode) => {
      try {
        read<unknown>(decode, wrong);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
        expect(String(error)).toMatch(/^DecodeError: member is (missing|not \w+( \w+)?)$/);
      }
    }),
  );
});

test('UUIDs come out in small letters, whichever way they are printed', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      expect([read(uuid, id), read(uuid, id.toUpperCase()), read(optionalUuid, id.toUpperCase())]).toEqual([
        id,
        id,
        id,
      ]);
    }),
  );
});

test('the nil UUID stands for none', () => {
  expect(read(optionalUuid, NIL)).toBeNull();
});

test.each(['Support', '../x', `{${NIL}}`, `${NIL}\n`])('%s is not a UUID', (value) => {
  expect(() => read(uuid, value)).toThrow(DecodeError);
  expect(() => read(optionalUuid, value)).toThrow(DecodeError);
});

test('text stays as it is, and a number where text should be becomes text', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.integer(), (value, number) => {
      expect(read(text, value)).toBe(value);
      expect(read(optionalText, number)).toBe(String(number));
    }),
  );
  for (const wrong of [{}, [], true]) expect(() => read(text, wrong)).toThrow(DecodeError);
});

const NO_INTEGERS = [1.5, '1.5', 'one', ' ', true, Number.NaN, {}, 2 ** 53, '1e400'];

test('integers are read as numbers and as text', () => {
  fc.assert(
    fc.property(fc.integer(), (number) => {
      for (const decode of [integer, optionalCode]) {
        expect([read(decode, number), read(decode, String(number))]).toEqual([number, number]);
      }
    }),
  );
  expect(read(integer, '2.0')).toBe(2);
});

test.each([2 ** 31 - 1, -(2 ** 31)])('%d is an integer that GraphQL can show', (number) => {
  expect(read(integer, number)).toBe(number);
});

test.each([...NO_INTEGERS, 2 ** 31, '-2147483649'])('%j is no integer that GraphQL can show', (wrong) => {
  expect(() => read(integer, wrong)).toThrow(new DecodeError('member is not an integer'));
});

test.each(NO_INTEGERS)('%j is a code that nobody knows', (odd) => {
  expect(read(optionalCode, odd)).toBeNaN();
});

test.each([true, {}, [], 'NaN', 'Infinity', ' ', '1e400', '12 USD', Number.POSITIVE_INFINITY])(
  '%j is neither a number nor an amount',
  (wrong) => {
    expect(() => read(optionalNumber, wrong)).toThrow(new DecodeError('member is not a number'));
    expect(() => read(optionalDecimal, wrong)).toThrow(new DecodeError('member is not a number'));
  },
);

test('booleans are read as such only', () => {
  expect([read(optionalBoolean, true), read(optionalBoolean, false)]).toEqual([true, false]);
  for (const wrong of ['true', 0, 1, '', {}]) expect(() => read(optionalBoolean, wrong)).toThrow(DecodeError);
});

describe('a time', () => {
  const instant = fc.date({
    min: new Date('1970-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });

  test('without a zone is taken for UTC, and one with a zone is brought there', () => {
    fc.assert(
      fc.property(instant, (date) => {
        const iso = date.toISOString();
        expect([read(optionalTime, iso.slice(0, -1)), read(optionalTime, iso)]).toEqual([iso, iso]);
      }),
    );
    expect(read(optionalTime, '2026-01-12T09:15:42-03:00')).toBe('2026-01-12T12:15:42.000Z');
    expect(read(optionalTime, '2026-01-12T09:15:42+0530')).toBe('2026-01-12T03:45:42.000Z');
  });

  test('may have milliseconds or none', () => {
    expect(read(optionalTime, '2024-07-22T18:37:32')).toBe('2024-07-22T18:37:32.000Z');
    expect(read(optionalTime, '2024-07-22T18:37:32.3')).toBe('2024-07-22T18:37:32.300Z');
  });

  test.each([
    'yesterday',
    '2024',
    '2024-07-22',
    '22/07/2024 18:37',
    '2024-13-01T00:00:00',
    '2024-07-22T25:00:00',
    'Z',
    '0000-00-00T00:00:00',
    '2026-02-30T00:00:00',
    '2026-02-29T12:00:00.000Z',
    '2026-04-31T00:00:00+02:00',
    '2026-01-01T24:00:00',
    '0001-01-01T00:00:00',
    '0001-01-01T00:00:00.000',
    '0001-01-01T00:00:00.000Z',
  ])('is none when it reads %s', (value) => {
    expect(read(optionalTime, value)).toBeNull();
  });
});

test('an absent list is an empty one, and something else is an error', () => {
  expect([items(undefined, 'x'), items(null, 'x'), items([1], 'x')]).toEqual([[], [], [1]]);
  for (const wrong of [{}, 'a', 0, ''])
    expect(() => items(wrong, 'tokens')).toThrow(new DecodeError('tokens is not a list'));
});

test('only an object is a record', () => {
  expect(wire({ a: 1 }, 'x')).toEqual({ a: 1 });
  for (const wrong of [null, undefined, [], 'a', 1]) {
    expect(() => wire(wrong, 'token')).toThrow(new DecodeError('token is not an object'));
  }
});
