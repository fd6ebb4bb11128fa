import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { persistedQueries } from '../../src/graphql/documentStores.ts';
import { FakeRedis } from './fakeRedis.ts';

const HOUR_MS = 60 * 60_000;
const MAX_BYTES_IN_AN_HOUR = 2 * 1024 * 1024;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A query of so many bytes, which no other has. */
function registration(index: number, size: number) {
  const text = `{ a${index}: __typename } # ${'ä'.repeat(size / 2)}`;
  return { key: `apq:${createHash('sha256').update(text).digest('hex')}`, text };
}

function bytesIn({ values }: FakeRedis): number {
  return [...values.values()].reduce((sum, { text }) => sum + Buffer.byteLength(text ?? ''), 0);
}

test('the bytes that a replica puts into Redis within an hour are bounded, whoever sends them', async () => {
  const redis = new FakeRedis();
  const queries = persistedQueries(redis.connect());
  const registerMany = async (from: number) => {
    for (let index = from; index < from + 200; index += 1) {
      const { key, text } = registration(index, 30_000);
      await queries.set(key, text);
    }
  };

  await registerMany(0);
  const inFirstHour = bytesIn(redis);
  vi.advanceTimersByTime(HOUR_MS);
  await registerMany(1_000);

  expect(inFirstHour).toBeLessThanOrEqual(MAX_BYTES_IN_AN_HOUR);
  expect(inFirstHour).toBeGreaterThan(MAX_BYTES_IN_AN_HOUR / 2);
  expect(bytesIn(redis)).toBeLessThanOrEqual(2 * MAX_BYTES_IN_AN_HOUR);
  expect(bytesIn(redis)).toBeGreaterThan(inFirstHour);
});

test('a query that came after that is known to its own replica', async () => {
  const redis = new FakeRedis();
  const queries = persistedQueries(redis.connect());
  for (let index = 0; index < 100; index += 1) {
    const { key, text } = registration(index, 30_000);
    await queries.set(key, text);
  }
  const { key, text } = registration(99, 30_000);

  expect(await queries.get(key)).toBe(text);
  expect(await persistedQueries(redis.connect()).get(key)).toBeUndefined();
});

test('a query that is sent whole again and again is put into Redis once', async () => {
  const redis = new FakeRedis();
  const queries = persistedQueries(redis.connect());
  const often = registration(0, 60_000);
  for (let times = 0; times < 100; times += 1) await queries.set(often.key, often.text);
  const other = registration(1, 60_000);
  await queries.set(other.key, other.text);

  expect(await persistedQueries(redis.connect()).get(other.key)).toBe(other.text);
});

test('a query is known to its replica while Redis is away', async () => {
  const redis = new FakeRedis();
  const queries = persistedQueries(redis.connect());
  const { key, text } = registration(0, 100);
  redis.isDown = true;
  await queries.set(key, text);

  expect(await queries.get(key)).toBe(text);
});
