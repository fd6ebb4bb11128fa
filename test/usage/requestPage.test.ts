import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RequestRecord, RequestStatus } from '../../src/platform/resources/requests.ts';
import { type RequestFilter, readPage, SEARCH_MAX_PAGES } from '../../src/usage/requestPage.ts';
import { DAY, exportOf, request } from './records.ts';

const ALL: RequestFilter = { statuses: null, assistantName: null, window: null };

/** Every page in turn. */
async function walk(requests: readonly RequestRecord[], first: number, filter: RequestFilter, cap?: number) {
  const { read, asked } = exportOf(requests, cap);
  const seen: RequestRecord[] = [];
  for (let next = 0; ; ) {
    const page = await readPage(read, next, first, filter);
    expect(page.requests.length).toBeLessThanOrEqual(first);
    seen.push(...page.requests);
    if (!page.hasMore) return { seen, asked };
    next = page.next;
  }
}

test('walking gives every request that passes once, in the order given, whatever the sizes and caps', async () => {
  const statuses = fc.array(fc.constantFrom<RequestStatus>('SUCCEEDED', 'FAILED', 'UNRECOGNIZED'), { maxLength: 40 });
  const small = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(statuses, small, small, fc.boolean(), async (all, first, cap, isFiltered) => {
      const requests = all.map((status, index) => request(index, { status }));
      const filter = isFiltered ? { ...ALL, statuses: new Set<RequestStatus>(['FAILED']) } : ALL;
      const { seen } = await walk(requests, first, filter, cap);

      expect(seen).toEqual(isFiltered ? requests.filter(({ status }) => status === 'FAILED') : requests);
    }),
  );
});

test('a page costs one call when more follows, and a second finds the end', async () => {
  const requests = Array.from({ length: 30 }, (_, index) => request(index));
  const { read, asked } = exportOf(requests);

  expect(await readPage(read, 0, 20, ALL)).toMatchObject({ next: 20, hasMore: true });
  expect(asked).toEqual([{ skip: 0, count: 21 }]);
  expect(await readPage(read, 20, 20, ALL)).toMatchObject({ next: 30, hasMore: false });
  expect(asked.slice(1)).toEqual([
    { skip: 20, count: 21 },
    { skip: 30, count: 11 },
  ]);
});

test('a search that finds little stops after its bound, and says where to go on', async () => {
  const requests = Array.from({ length: 100 }, (_, index) => request(index));
  const { read, asked } = exportOf(requests, 3);
  const page = await readPage(read, 0, 20, { ...ALL, statuses: new Set<RequestStatus>(['FAILED']) });

  expect(page).toEqual({ requests: [], places: [], unreadableCount: 0, next: 3 * SEARCH_MAX_PAGES, hasMore: true });
  expect(asked).toHaveLength(SEARCH_MAX_PAGES);
});

test('a window leaves out what has no time, and its end is not part of it', async () => {
  const requests = [request(0), request(1), request(2), request(1, { startedAt: null })];
  const { seen } = await walk(requests, 5, { ...ALL, window: { from: DAY - 60_000, to: DAY } });

  expect(seen).toEqual([requests[1]]);
});

test('an assistant is matched exactly, though the platform may not filter', async () => {
  const requests = [request(1), request(2, { answeredBy: 'greeter' }), request(3, { answeredBy: null })];
  const { seen } = await walk(requests, 5, { ...ALL, assistantName: 'Greeter' });

  expect(seen).toEqual([requests[0]]);
});
