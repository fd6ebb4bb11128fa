import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  noted,
  RECORD_KEPT_MS,
  transientRecord,
  withIdempotencyRecord,
} from '../../src/mutations/idempotencyRecord.ts';
import { failingStore, request, stopClock, TIMES, world } from '../support/creating.ts';

beforeEach(stopClock);
afterEach(() => void vi.useRealTimers());

const ENTRY = { input: 'input', startedAt: 0, sentAt: null, before: null, result: null };

function opened() {
  const store = failingStore();
  const place = world(store);
  return { store, place, open: () => request(place, 'somebody') };
}

const BUSY = { kind: 'busy' };
const RUN = { kind: 'opened', result: 'run' };

/** What a request finds in the record. */
async function found({ open }: ReturnType<typeof opened>) {
  const { context, answered } = open();
  const opened = await withIdempotencyRecord(context, 'name', async (idempotency) => idempotency.entry);
  await answered();
  return opened.kind === 'busy' ? null : opened.result;
}

test('an entry is known for 24 hours from the start of what it tells of, however often it is written', async () => {
  const all = opened();
  const startedAt = Date.now();
  for (const result of [null, 'hash']) {
    const { context, answered } = all.open();
    await withIdempotencyRecord(context, 'name', (idempotency) => idempotency.write({ ...ENTRY, startedAt, result }));
    await answered();
    vi.advanceTimersByTime(60_000);
  }

  vi.setSystemTime(startedAt + RECORD_KEPT_MS - 1);
  expect(await found(all)).toMatchObject({ startedAt, result: 'hash' });
  vi.setSystemTime(startedAt + RECORD_KEPT_MS);
  expect(await found(all)).toBeNull();
  expect(RECORD_KEPT_MS).toBe(24 * 60 * 60_000);
});

/** Both places that the entry is in. */
const PLACES = ['name', 'copy of name'];

test.each(PLACES)('an entry of which the store has lost what it kept as %j is known all the same', async (lost) => {
  const all = opened();
  const { context, answered } = all.open();
  await withIdempotencyRecord(context, 'name', (idempotency) =>
    idempotency.write({ ...ENTRY, startedAt: Date.now(), result: 'hash' }),
  );
  await answered();
  await all.store.delete(lost);

  expect(await found(all)).toMatchObject({ result: 'hash' });
});

test.each(PLACES)(
  'of two entries that differ, since the store failed between them, the later one counts: %j',
  async (place) => {
    const all = opened();
    for (const result of [null, 'hash']) {
      const { context, answered } = all.open();
      const before = await all.store.get(place);
      await withIdempotencyRecord(context, 'name', (idempotency) =>
        idempotency.write({ ...ENTRY, startedAt: Date.now(), result }),
      );
      if (before !== null) await all.store.set(place, before, RECORD_KEPT_MS);
      await answered();
    }

    expect(await found(all)).toMatchObject({ result: 'hash' });
  },
);

test('an entry that was dropped is unknown at once', async () => {
  const all = opened();
  const { context, answered } = all.open();
  await withIdempotencyRecord(context, 'name', async (idempotency) => {
    await idempotency.write({ ...ENTRY, startedAt: Date.now() });
    await idempotency.drop();
  });
  await answered();

  expect(await found(all)).toBeNull();
});

test.each(['lock', 'getAll'] as const)('a store that fails to %s begins nothing', async (method) => {
  const { store, open } = opened();
  store.failing.add(method);
  const run = vi.fn(async () => undefined);

  await expect(withIdempotencyRecord(open().context, 'name', run)).rejects.toThrow(/Repeat it as it is/);
  expect(run).not.toHaveBeenCalled();
});

test('a store that fails to write ends the run, and another may follow at once', async () => {
  const all = opened();
  all.store.failing.add('setAll');
  const run = withIdempotencyRecord(all.open().context, 'name', (idempotency) =>
    idempotency.write({ ...ENTRY, startedAt: Date.now() }),
  );
  await expect(run).rejects.toMatchObject({ extensions: { code: 'STATE_UNAVAILABLE', retryable: true } });
  all.store.failing.clear();

  expect(await found(all)).toBeNull();
});

test('any other failure of a run stays what it is', async () => {
  const { open } = opened();
  const failure = new RangeError('ours');

  await expect(withIdempotencyRecord(open().context, 'name', () => Promise.reject(failure))).rejects.toBe(failure);
});

test.each(['', 'text', 'null', '[]', '{}', '{"input":"x","startedAt":"1"}', JSON.stringify({ ...ENTRY, tokens: [1] })])(
  'an entry that reads %s is no reason to begin anew',
  async (text) => {
    const { store, open } = opened();
    await store.set('name', text, RECORD_KEPT_MS);
    const run = vi.fn(async () => undefined);

    await expect(withIdempotencyRecord(open().context, 'name', run)).rejects.toThrow(/Repeat it as it is/);
    expect(run).not.toHaveBeenCalled();
  },
);

test('the record stays with one request until its answer has left', async () => {
  const { open } = opened();
  const [first, second, third] = [open(), open(), open()];
  const start = Date.now();
  await withIdempotencyRecord(first.context, 'name', async () => undefined);

  expect(await withIdempotencyRecord(second.context, 'name', async () => 'run')).toEqual(BUSY);
  expect(Date.now() - start).toBe(TIMES.verifyTimeoutMs);
  await first.answered();
  expect(await withIdempotencyRecord(third.context, 'name', async () => 'run')).toEqual(RUN);
});

test('the record is free once the caller went away, and not before the run has ended', async () => {
  const { open } = opened();
  const [first, second] = [open(), open()];
  await withIdempotencyRecord(first.context, 'name', async () => {
    await first.left();
    expect(await withIdempotencyRecord(second.context, 'name', async () => 'run')).toEqual(BUSY);
  });

  expect(await withIdempotencyRecord(open().context, 'name', async () => 'run')).toEqual(RUN);
});

test('a key is not locked after a run that failed', async () => {
  const { open } = opened();
  await withIdempotencyRecord(open().context, 'name', () => Promise.reject(new Error('x'))).catch(() => undefined);

  expect(await withIdempotencyRecord(open().context, 'name', async () => 'run')).toEqual(RUN);
});

test('a creation without a key goes on without a store, and one with a key does not', async () => {
  const { open } = opened();
  const failure = new Error('down');
  const work = () => Promise.reject(failure);

  expect(await noted(transientRecord(), work)).toBe(failure);
  await withIdempotencyRecord(open().context, 'name', async (idempotency) => {
    await expect(noted(idempotency, work)).rejects.toBe(failure);
  });
});
