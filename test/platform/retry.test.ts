import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fingerprint } from '../../src/platform/client/credential.ts';
import { PlatformError } from '../../src/platform/client/errors.ts';
import { delayBefore, RetryBudget, retryAfterSeconds } from '../../src/platform/client/retry.ts';
import { getProject } from '../../src/platform/resources/projects.ts';

const NOW = Date.parse('2026-01-12T09:15:42Z');
const failure = (retryAfter?: number) => new PlatformError('UNAVAILABLE', getProject, { retryAfter });

describe('Retry-After', () => {
  test.each<[string, string | string[] | undefined, number | undefined]>([
    ['a number of seconds', '120', 120],
    ['none', '0', 0],
    ['part of a second', '1.5', 1.5],
    ['with blanks around', ' 3 ', 3],
    ['a date to come', 'Mon, 12 Jan 2026 09:16:42 GMT', 60],
    ['a date gone by', 'Mon, 12 Jan 2026 09:00:00 GMT', 0],
    ['a negative number', '-5', 0],
    ['absent', undefined, undefined],
    ['empty', '', undefined],
    ['blank', '  ', undefined],
    ['a word', 'soon', undefined],
    ['for ever', 'Infinity', undefined],
    ['given twice', ['1', '2'], undefined],
  ])('%s is understood', (_case, header, seconds) => {
    expect(retryAfterSeconds(header, NOW)).toBe(seconds);
  });

  test('is never a wait into the past, nor anything but a number, whatever the header says', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double().map(String), fc.date({ noInvalidDate: true }).map(String)),
        (header) => {
          const seconds = retryAfterSeconds(header, NOW);
          expect(seconds === undefined || (Number.isFinite(seconds) && seconds >= 0)).toBe(true);
        },
      ),
    );
  });

  test('as a date is the time until then', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400 }), (seconds) => {
        expect(retryAfterSeconds(new Date(NOW + seconds * 1000).toUTCString(), NOW)).toBe(seconds);
      }),
    );
  });
});

describe('the wait before the next attempt', () => {
  test('is what the platform asks for, to the letter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.nat(1000), (attempt, seconds) => {
        expect(delayBefore(attempt, failure(seconds))).toBe(seconds * 1000);
      }),
    );
  });

  test('is otherwise a share of a ceiling that doubles up to two seconds', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), share, (attempt, random) => {
        const delay = delayBefore(attempt, failure(), () => random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(2_000);
        expect(delay).toBe(random * delayBefore(attempt, failure(), () => 1));
      }),
    );
    const ceilings = [1, 2, 3, 4, 5, 6, 7].map((attempt) => delayBefore(attempt, failure(), () => 1));
    expect(ceilings).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  });

  test('differs from one caller to the next, so that they do not come back together', () => {
    const delays = Array.from({ length: 20 }, () => delayBefore(3, failure()));

    expect(new Set(delays).size).toBeGreaterThan(1);
  });
});

describe('the retry budget', () => {
  const CAPACITY = 20;
  const OF_ONE = 10;
  const [one, other, third] = ['one', 'other', 'third'] as Fingerprint[] as [Fingerprint, Fingerprint, Fingerprint];
  /** Spends until nothing is left, each time for a new request. Returns how much there was. */
  const spendAll = (budget: RetryBudget, credential = one) => {
    let spent = 0;
    while (budget.spend(credential)) spent += 1;
    return spent;
  };

  test('gives one credential half of what there is', () => {
    const budget = new RetryBudget();

    expect(spendAll(budget, one)).toBe(OF_ONE);
    expect(spendAll(budget, other)).toBe(CAPACITY - OF_ONE);
    expect(spendAll(budget, third)).toBe(0);
  });

  test('gives a request half of what is left, and two at least', () => {
    const budget = new RetryBudget();
    let taken = 0;
    while (budget.spend(one, taken)) taken += 1;

    expect(taken).toBe(4);
    for (let count = 0; count < 4; count += 1) budget.spend(one);
    expect([budget.spend(one, 1), budget.spend(one, 2)]).toEqual([true, false]);
  });

  test('grows by a tenth of a retry with each success, up to where it began', () => {
    fc.assert(
      fc.property(fc.nat(400), (successes) => {
        const budget = new RetryBudget();
        spendAll(budget);
        for (let count = 0; count < successes; count += 1) budget.earn(one);
        expect(spendAll(budget)).toBe(Math.min(OF_ONE, Math.floor(successes / 10)));
      }),
    );
  });

  test('lets no more retries through than it had and was given, whoever asks', () => {
    const event = fc.record({ isSuccess: fc.boolean(), credential: fc.constantFrom(one, other, third) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 500 }), (events) => {
        const budget = new RetryBudget();
        let spent = 0;
        for (const { isSuccess, credential } of events) {
          if (isSuccess) budget.earn(credential);
          else if (budget.spend(credential)) spent += 1;
        }
        expect(spent).toBeLessThanOrEqual(CAPACITY + events.filter(({ isSuccess }) => isSuccess).length / 10);
      }),
    );
  });
});
