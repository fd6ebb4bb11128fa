import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fingerprint } from '../../src/platform/client/credential.ts';
import { PlatformError } from '../../src/platform/client/errors.ts';
import { delayBefore, RetryBudgets, retryAfterSeconds } from '../../src/platform/client/retry.ts';
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

describe('the retry budget of a credential', () => {
  const CAPACITY = 20;
  const [one, other] = ['one', 'other'] as Fingerprint[] as [Fingerprint, Fingerprint];
  /** Spends until nothing is left; answers with how much there was. */
  const spendAll = (budgets: RetryBudgets, credential = one) => {
    let spent = 0;
    while (budgets.spend(credential)) spent += 1;
    return spent;
  };

  test('is 20 retries, and then none', () => {
    const budgets = new RetryBudgets();

    expect(spendAll(budgets)).toBe(CAPACITY);
    expect(budgets.spend(one)).toBe(false);
  });

  test('grows by a tenth of a retry with each success, up to where it began', () => {
    fc.assert(
      fc.property(fc.nat(400), (successes) => {
        const budgets = new RetryBudgets();
        spendAll(budgets);
        for (let count = 0; count < successes; count += 1) budgets.earn(one);
        expect(spendAll(budgets)).toBe(Math.min(CAPACITY, Math.floor(successes / 10)));
      }),
    );
  });

  test('does not grow beyond its beginning, however much succeeds before the first failure', () => {
    const budgets = new RetryBudgets();
    for (let count = 0; count < 1_000; count += 1) budgets.earn(one);

    expect(spendAll(budgets)).toBe(CAPACITY);
  });

  test('is its own: what one credential uses up, others keep', () => {
    const budgets = new RetryBudgets();
    spendAll(budgets, one);
    for (let count = 0; count < 100; count += 1) budgets.earn(other);

    expect(budgets.spend(one)).toBe(false);
    expect(spendAll(budgets, other)).toBe(CAPACITY);
  });

  test('lets no more retries through than it had and was given', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (events) => {
        const budgets = new RetryBudgets();
        let spent = 0;
        for (const isSuccess of events) {
          if (isSuccess) budgets.earn(one);
          else if (budgets.spend(one)) spent += 1;
        }
        expect(spent).toBeLessThanOrEqual(CAPACITY + events.filter(Boolean).length / 10);
      }),
    );
  });
});
