import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asUuid } from '../src/values/uuid.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

test('a UUID in either case is one, in lower case', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect(asUuid(uuid)).toBe(uuid);
      expect(asUuid(uuid.toUpperCase())).toBe(uuid);
    }),
  );
});

test('with one character changed, left out or added, it is one if it still has the form', () => {
  const character = fc.oneof(
    fc.constantFrom(...'09afAFgG-/:@`{ '),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.nat(36),
      fc.nat(1),
      fc.oneof(fc.constant(''), character),
      (uuid, place, removed, added) => {
        const text = uuid.slice(0, place) + added + uuid.slice(place + removed);

        expect(asUuid(text)).toBe(UUID.test(text) ? text.toLowerCase() : null);
      },
    ),
  );
});
