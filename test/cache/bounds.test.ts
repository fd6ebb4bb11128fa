import { expect, test } from 'vitest';
import { InProcessCache } from '../../src/cache/inProcess.ts';
import { Versions } from '../../src/cache/versions.ts';

const KB = 1024;
const put = (cache: InProcessCache, scope: string, key: string, bytes: number, version: string | null = null) =>
  cache.set([scope], key, {
    version: version ?? cache.get([scope], key).version!,
    value: key,
    bytes,
    forMs: 60_000,
  });
const known = (cache: InProcessCache, scope: string, keys: readonly string[]) =>
  keys.filter((key) => cache.get([scope], key).value !== undefined);

test('the cache stays within its bound of bytes, whatever comes: the oldest go', () => {
  const cache = new InProcessCache(100 * KB);
  const keys = Array.from({ length: 1_000 }, (_, index) => `key ${index}`);
  for (const key of keys) put(cache, 'organization', key, KB);

  const left = known(cache, 'organization', keys);
  expect(left.length).toBeGreaterThan(10);
  expect(left.length).toBeLessThanOrEqual(100);
  expect(left).toEqual(keys.slice(-left.length));
});

test('an answer that alone is over the bound is not kept, and drives nothing out', () => {
  const cache = new InProcessCache(100 * KB);
  put(cache, 'organization', 'small', KB);
  put(cache, 'organization', 'huge', 200 * KB);

  expect(known(cache, 'organization', ['small', 'huge'])).toEqual(['small']);
});

test('an answer from before a write does not drive out one from after it', async () => {
  const cache = new InProcessCache(100 * KB);
  const { version } = cache.get(['one'], 'a');
  await cache.forget('one');
  put(cache, 'one', 'a', KB);
  put(cache, 'one', 'a', KB, version);

  expect(known(cache, 'one', ['a'])).toEqual(['a']);
});

test('while a scope is closed nothing of it is known, nor a version that anything could be kept under', async () => {
  const cache = new InProcessCache(100 * KB);
  put(cache, 'one', 'a', KB);
  await cache.close('one');
  expect(cache.get(['two', 'one'], 'a')).toEqual({ version: null, value: undefined });
  await cache.forget('one');

  expect(cache.get(['one'], 'a')).toEqual({ version: expect.any(String), value: undefined });
});

test('scopes without number change no version but their own, and those that are let go change the others', () => {
  const versions = new Versions(100);
  const before = versions.of(['mine']);
  for (let index = 0; index < 100; index += 1) versions.change(`scope ${index}`);
  expect(versions.of(['mine'])).toBe(before);
  const first = versions.of(['scope 0']);
  expect(first).not.toBe(versions.of(['scope 99']));

  for (let index = 0; index < 100; index += 1) versions.change(`more ${index}`);
  expect([before, first]).not.toContain(versions.of(['scope 0']));
});

test('a write drops what is known of its scope alone, and keeps out what was read before', async () => {
  const cache = new InProcessCache(100 * KB);
  put(cache, 'one', 'a', KB);
  put(cache, 'two', 'b', KB);
  const { version } = cache.get(['one'], 'c');
  await cache.forget('one');
  put(cache, 'one', 'c', KB, version);

  expect(known(cache, 'one', ['a', 'c'])).toEqual([]);
  expect(known(cache, 'two', ['b'])).toEqual(['b']);
});
