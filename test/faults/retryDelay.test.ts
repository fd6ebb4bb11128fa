import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlatformError } from '../../src/platform/client/errors.ts';
import { delayBefore, retryAfterSeconds } from '../../src/platform/client/retry.ts';
import { listProjects } from '../../src/platform/resources/projects.ts';

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const failure = (retryAfter?: number) => new PlatformError('UNAVAILABLE', listProjects, { retryAfter });

test('the platform says how long to wait, whatever chance says', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 3 }), share, (seconds, attempt, random) => {
      expect(delayBefore(attempt, failure(seconds), () => random)).toBe(seconds * 1000);
    }),
  );
});

test('the wait is a random share of a ceiling that doubles up to two seconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), share, (attempt, random) => {
      const [delay, longest] = [random, 1].map((value) => delayBefore(attempt, failure(), () => value));
      expect(longest).toBe(attempt < 6 ? 50 * 2 ** attempt : 2_000);
      expect(delay).toBe(random * longest!);
    }),
  );
});

test('Retry-After is read as seconds or as a date, and a date in the past means at once', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(retryAfterSeconds('7', now)).toBe(7);
  expect(retryAfterSeconds('Sun, 01 Mar 2026 12:00:30 GMT', now)).toBe(30);
  expect(retryAfterSeconds('Sun, 01 Mar 2026 11:00:00 GMT', now)).toBe(0);
});

test.each([[undefined], [''], ['soon'], ['Infinity'], ['NaN'], [['1', '2']]])(
  'Retry-After %j says nothing',
  (header) => {
    expect(retryAfterSeconds(header)).toBeUndefined();
  },
);

test('a wait read from any header is never negative and never endless', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.double().map(String), fc.date({ noInvalidDate: true }).map(String)),
      (header) => {
        const seconds = retryAfterSeconds(header) ?? 0;
        expect(Number.isFinite(seconds) && seconds >= 0).toBe(true);
      },
    ),
  );
});
