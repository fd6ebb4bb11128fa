import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SharedCache } from '../../src/cache/shared.ts';
import { FakeRedis } from './fakeRedis.ts';

const MINE = ['token', 'organization'];
const MB = 1024 * 1024;

let redis: FakeRedis;
let one: SharedCache;
let other: SharedCache;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  redis = new FakeRedis();
  [one, other] = [replica(), replica()];
});
afterEach(() => void vi.useRealTimers());

const replica = () => new SharedCache(redis.connect(), pino({ level: 'silent' }));

const version = async (cache: SharedCache) => (await cache.get(MINE, 'key')).version!;
const believed = async (cache: SharedCache) => (await cache.get(MINE, 'key')).value;
const settled = () => vi.advanceTimersByTimeAsync(0);

/** An answer that both replicas know. */
async function put(cache: SharedCache, value = 'known', bytes = 10): Promise<void> {
  await version(other);
  cache.set(MINE, 'key', { version: await version(cache), value, bytes, forMs: 5_000 });
  await settled();
}

test('an answer that one replica keeps is known to the other, for its time and no longer', async () => {
  await put(one);
  redis.now = 4_999;
  expect(await believed(other)).toBe('known');

  redis.now = 5_000;
  expect([await believed(one), await believed(other)]).toEqual([undefined, undefined]);
});

test('answers above a mebibyte are not kept', async () => {
  await put(one, 'large', MB);
  expect(await believed(other)).toBe('large');
  await one.forget('token');
  await put(one, 'larger', MB + 1);

  expect(await believed(other)).toBeUndefined();
});

test.each(MINE)(
  'a change of the %s ends what is known on every replica, and is told when that is said',
  async (scope) => {
    await put(one);
    const slow = Promise.withResolvers<void>();
    redis.slowness = slow.promise;
    let isSaid = false;
    const forgetting = one.forget(scope).then((told) => {
      isSaid = true;
      return told;
    });
    await settled();
    expect(isSaid).toBe(false);
    slow.resolve();

    expect(await forgetting).toBe(true);
    expect([await believed(one), await believed(other)]).toEqual([undefined, undefined]);
  },
);

test('a change of another scope ends nothing', async () => {
  await put(one);
  await one.forget('another token');

  expect(await believed(other)).toBe('known');
});

test('an answer asked for before a change is not believed when it is kept after it', async () => {
  const before = await version(one);
  await other.forget('organization');
  one.set(MINE, 'key', { version: before, value: 'late', bytes: 10, forMs: 5_000 });
  await settled();

  expect([await believed(one), await believed(other)]).toEqual([undefined, undefined]);
});

test.each(['isDown', 'refusesWrites'] as const)(
  'a change that could not be told (%s) is said to be untold, and is told later without being asked',
  async (trouble) => {
    await put(one);
    redis[trouble] = true;
    expect(await one.forget('token')).toBe(false);
    expect(await one.get(MINE, 'key')).toEqual({ version: null });
    await vi.advanceTimersByTimeAsync(5_000);
    redis[trouble] = false;
    expect(await believed(other)).toBe('known');
    await vi.advanceTimersByTimeAsync(500);

    expect(await believed(other)).toBeUndefined();
    expect(await believed(one)).toBeUndefined();
    expect(await version(one)).toBe(await version(other));
  },
);

test('an answer found while a change is told in vain is not believed', async () => {
  await put(one);
  const { promise, resolve } = Promise.withResolvers<void>();
  redis.delay = promise;
  const recalling = one.get(MINE, 'key');
  redis.refusesWrites = true;
  await one.forget('token');
  resolve();

  expect(await recalling).toEqual({ version: null });
});

test('a change that could not be told while another one is told later is told later as well', async () => {
  await version(one);
  redis.refusesWrites = true;
  await one.forget('token');
  redis.refusesWrites = false;
  const slow = Promise.withResolvers<void>();
  redis.slowness = slow.promise;
  await vi.advanceTimersByTimeAsync(500);
  redis.isDown = true;
  expect(await one.forget('organization')).toBe(false);
  redis.isDown = false;
  slow.resolve();
  redis.slowness = null;
  // Only the epoch that begins after the second change makes up for it.
  await settled();
  const first = await version(other);
  await vi.advanceTimersByTimeAsync(1_000);

  expect(await version(other)).not.toBe(first);
  expect(await version(one)).toBe(await version(other));
});

test('a closed scope has no version on any replica, until it is changed', async () => {
  await put(one);
  expect(await one.close('token')).toBe(true);
  expect([await one.get(MINE, 'key'), await other.get(MINE, 'key')]).toEqual([{ version: null }, { version: null }]);
  await one.forget('token');

  expect(await other.get(MINE, 'key')).toEqual({ version: expect.any(String), value: undefined });
});

test('a scope that nobody opens again, since its replica died, opens by itself', async () => {
  await one.close('token');
  redis.now += 10 * 60_000;

  expect(await other.get(MINE, 'key')).toEqual({ version: expect.any(String), value: undefined });
});

test.each(['', 'no JSON', 'null', '17', '"text"', '[]', '{}', '{"version":"another","value":"spoiled"}'])(
  'an answer that is spoiled (%s) is a miss',
  async (text) => {
    await put(one);
    for (const [key, value] of redis.values) if (key.startsWith('answers')) redis.values.set(key, { ...value, text });

    expect(await other.get(MINE, 'key')).toEqual({ version: expect.any(String), value: undefined });
  },
);

test.each(['epoch', 'token', 'organization'])(
  'a version that is of another type (%s) is a miss, once',
  async (scope) => {
    await put(one);
    const [key] = [...redis.values.keys()].filter((name) => name.endsWith(scope));
    redis.values.set(key!, { text: null, until: Number.POSITIVE_INFINITY });
    expect(await believed(other)).toBeUndefined();
    await put(one, 'anew');

    expect(await believed(other)).toBe('anew');
  },
);

test('a Redis that was restored from before a change brings nothing back, whichever replica comes first', async () => {
  for (const [first, second] of [
    [one, other],
    [other, one],
  ] as const) {
    await put(one);
    const early = await version(one);
    const snapshot = new Map(redis.values);
    await one.forget('organization');
    redis.values = snapshot;
    redis.reconnect();
    // A read from before the change that ends after the restart.
    one.set(MINE, 'key', { version: early, value: 'late', bytes: 10, forMs: 5_000 });
    await settled();

    expect([await believed(first), await believed(second)]).toEqual([undefined, undefined]);
  }
});

test('a Redis that lost everything brings nothing back', async () => {
  const early = await version(one);
  await one.forget('organization');
  redis.values.clear();
  one.set(MINE, 'key', { version: early, value: 'late', bytes: 10, forMs: 5_000 });
  await settled();

  expect([await believed(one), await believed(other)]).toEqual([undefined, undefined]);
});
