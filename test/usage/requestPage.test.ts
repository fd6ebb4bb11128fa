import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RequestQuery, RequestRecord, RequestStatus } from '../../src/platform/resources/requests.ts';
import { type ExportPlace, type RequestFilter, readPage, SEARCH_MAX_PAGES } from '../../src/usage/requestPage.ts';
import { DAY, exportOf, request } from './records.ts';

const ALL: RequestFilter = { statuses: null, assistantName: null, window: null };

const START: ExportPlace = { skip: 0, beginning: null };

/** Every page in turn. */
async function walk(requests: readonly RequestRecord[], first: number, filter: RequestFilter, cap?: number) {
  const { read, asked } = exportOf(requests, cap);
  const seen: RequestRecord[] = [];
  for (let place = START; ; ) {
    const page = await readPage(read, place, first, filter);
    expect(page.requests.length).toBeLessThanOrEqual(first);
    seen.push(...page.requests);
    if (!page.hasMore) return { seen, asked };
    place = { skip: page.next, beginning: page.beginning };
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

  expect(await readPage(read, START, 20, ALL)).toMatchObject({ next: 20, hasMore: true });
  expect(asked).toEqual([{ skip: 0, count: 21 }]);
  expect(await readPage(read, { skip: 20, beginning: null }, 20, ALL)).toMatchObject({ next: 30, hasMore: false });
  expect(asked.slice(1)).toEqual([
    { skip: 20, count: 21 },
    { skip: 30, count: 11 },
  ]);
});

test('a search that finds little stops after its bound, and says where to go on', async () => {
  const requests = Array.from({ length: 100 }, (_, index) => request(index));
  const { read, asked } = exportOf(requests, 3);
  const page = await readPage(read, START, 20, { ...ALL, statuses: new Set<RequestStatus>(['FAILED']) });

  expect(page).toMatchObject({
    requests: [],
    places: [],
    unreadableCount: 0,
    next: 3 * SEARCH_MAX_PAGES,
    hasMore: true,
  });
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

test.each<[string, RequestFilter]>([
  ['all requests', ALL],
  ['a search', { ...ALL, statuses: new Set<RequestStatus>(['SUCCEEDED']) }],
])('an export that ignores `skip` shows its beginning once, and then fails: %s', async (_what, filter) => {
  const requests = Array.from({ length: 5 }, (_, index) => request(index));
  for (const first of [2, 9]) {
    const { read, asked } = exportOf(requests);
    const unpaged = ({ count }: RequestQuery) => read({ skip: 0, count });
    const { requests: shown, next, beginning, hasMore } = await readPage(unpaged, START, first, filter);

    expect([shown, hasMore]).toEqual([requests.slice(0, first), true]);
    await expect(readPage(unpaged, { skip: next, beginning }, first, filter)).rejects.toThrow('BAD_RESPONSE');
    expect(asked.length).toBeLessThanOrEqual(4);
  }
});

test('requests that new ones moved to the next place are shown again, and are no failure', async () => {
  const before = Array.from({ length: 30 }, (_, index) => request(index));
  const { next, beginning } = await readPage(exportOf(before).read, START, 5, ALL);
  const { read, asked } = exportOf([...Array.from({ length: 5 }, (_, index) => request(-5 + index)), ...before]);

  const page = await readPage(read, { skip: next, beginning }, 5, ALL);

  expect(page.requests).toEqual(before.slice(0, 5));
  expect(asked).toEqual([
    { skip: 5, count: 6 },
    { skip: 0, count: 6 },
  ]);
});
