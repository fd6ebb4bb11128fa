import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RequestQuery } from '../../src/platform/resources/requests.ts';
import { PASS_MAX_PAGES, PASS_PAGE_SIZE, readUsage } from '../../src/usage/exportPass.ts';
import { nearestRank } from '../../src/usage/usageTotals.ts';
import { Decimal } from '../../src/values/decimal.ts';
import { Secret } from '../../src/values/secret.ts';
import { DAY, exportOf, request } from './records.ts';

const MINUTE = 60_000;
const LAST_HOUR = { from: DAY - 60 * MINUTE, to: DAY };
const hashLabel = (label: Secret) => `hash of ${label.reveal()}`;

test('requests are counted by token and by assistant, those without either apart', async () => {
  const { read } = exportOf([
    request(1, { status: 'FAILED', durationMs: 10 }),
    request(2, { answeredBy: null, cost: Decimal.parse('0.1') }),
    request(3, { tokenLabel: null, cost: Decimal.parse('0.2') }),
    request(4, { tokenLabel: new Secret('CI'), answeredBy: 'Other', status: 'PENDING' }),
  ]);
  const { byToken, byAssistant, isComplete } = await readUsage(read, LAST_HOUR, hashLabel);

  expect([...byToken].map(([label, totals]) => [label, totals.figures().requests])).toEqual([
    ['hash of Default', 2],
    [null, 1],
    ['hash of CI', 1],
  ]);
  expect([...byAssistant].map(([name, totals]) => [name, totals.figures().requests])).toEqual([
    ['Greeter', 2],
    [null, 1],
    ['Other', 1],
  ]);
  expect(byToken.get('hash of Default')?.figures()).toMatchObject({ failures: 1, averageDurationMs: 10 });
  expect(isComplete).toBe(true);
});

test('a page that the platform caps is not the end: only an empty one is', async () => {
  const requests = Array.from({ length: 25 }, (_, index) => request(index + 1));
  const { asked, read } = exportOf(requests, 10);
  const { byToken, isComplete } = await readUsage(read, LAST_HOUR, hashLabel);

  expect(asked.map(({ skip, count }) => [skip, count])).toEqual([0, 10, 20, 25].map((skip) => [skip, PASS_PAGE_SIZE]));
  expect(byToken.get('hash of Default')?.figures().requests).toBe(25);
  expect(isComplete).toBe(true);
});

test('everything in the window is counted once in any order and with any cap', async () => {
  const minutes = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(minutes, fc.integer({ min: 3, max: 20 }), fc.nat({ max: 200 }), async (all, cap, start) => {
      const window = { from: DAY - start * MINUTE, to: DAY - (start / 2) * MINUTE };
      const { read } = exportOf(
        all.map((minute, index) => request(minute, { session: `${index}` })),
        Math.max(cap, Math.ceil(all.length / (PASS_MAX_PAGES - 1))),
      );
      const usage = await readUsage(read, window, hashLabel);
      const within = all.filter((minute) => minute <= start && minute > start / 2);

      expect(usage.byToken.get('hash of Default')?.figures().requests ?? 0).toBe(within.length);
      expect(usage).toMatchObject({ isComplete: true, coveredSince: null });
    }),
  );
});

test('an export that gives the same page again is counted once, and is not complete', async () => {
  const requests = Array.from({ length: 3 }, (_, index) => request(index + 1));
  const asked: RequestQuery[] = [];
  const unpaged = async (query: RequestQuery) => {
    asked.push(query);
    return requests.map((one) => ({ ...one }));
  };
  const { byToken, isComplete } = await readUsage(unpaged, LAST_HOUR, hashLabel);

  expect(asked).toHaveLength(2);
  expect(byToken.get('hash of Default')?.figures().requests).toBe(3);
  expect(isComplete).toBe(false);
});

test('the bound cuts the reading, and the answer says so and how far it came', async () => {
  const requests = Array.from({ length: 200 }, (_, index) => request(index + 1));
  const { asked, read } = exportOf(requests, 2);
  const usage = await readUsage(read, LAST_HOUR, hashLabel);

  expect(asked).toHaveLength(PASS_MAX_PAGES);
  expect(usage.isComplete).toBe(false);
  expect(usage.coveredSince).toBe(request(PASS_MAX_PAGES * 2).startedAt);
});

test('a cut reading in another order than newest first does not say how far it came', async () => {
  const requests = Array.from({ length: 200 }, (_, index) => request(200 - index));
  const usage = await readUsage(exportOf(requests, 2).read, LAST_HOUR, hashLabel);

  expect(usage).toMatchObject({ isComplete: false, coveredSince: null });
});

test('a request without a time could lie in the window, so that nothing is complete', async () => {
  const undated = request(1, { startedAt: null });
  const usage = await readUsage(exportOf([undated, request(2)]).read, LAST_HOUR, hashLabel);

  expect(usage.isComplete).toBe(false);
  expect(usage.byToken.get('hash of Default')?.figures().requests).toBe(1);
});

test('the percentile is the least value that 95 of 100 do not exceed', () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  expect(nearestRank([], 95)).toBeNull();
  expect(nearestRank([7], 95)).toBe(7);
  expect(nearestRank(upTo(20), 95)).toBe(19);
  expect(nearestRank(upTo(100), 95)).toBe(95);
  expect(nearestRank(upTo(101), 95)).toBe(96);
});
