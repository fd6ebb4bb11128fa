import { expect, test } from 'vitest';
import { InProcessMemory } from '../../src/cache/inProcess.ts';
import { Versions } from '../../src/cache/versions.ts';

const KB = 1024;
const keep = (memory: InProcessMemory, scope: string, key: string, bytes: number, version: string | null = null) =>
  memory.keep([scope], key, {
    version: version ?? memory.recall([scope], key).version!,
    value: key,
    bytes,
    forMs: 60_000,
  });
const known = (memory: InProcessMemory, scope: string, keys: readonly string[]) =>
  keys.filter((key) => memory.recall([scope], key).value !== undefined);

test('what is remembered stays within its bound of bytes, whatever comes: the oldest go', () => {
  const memory = new InProcessMemory(100 * KB);
  const keys = Array.from({ length: 1_000 }, (_, index) => `key ${index}`);
  for (const key of keys) keep(memory, 'organization', key, KB);

  const left = known(memory, 'organization', keys);
  expect(left.length).toBeGreaterThan(10);
  expect(left.length).toBeLessThanOrEqual(100);
  expect(left).toEqual(keys.slice(-left.length));
});

test('an answer that alone is over the bound is not kept, and drives nothing out', () => {
  const memory = new InProcessMemory(100 * KB);
  keep(memory, 'organization', 'small', KB);
  keep(memory, 'organization', 'huge', 200 * KB);

  expect(known(memory, 'organization', ['small', 'huge'])).toEqual(['small']);
});

test('what was read before a write does not drive out what was read after it', async () => {
  const memory = new InProcessMemory(100 * KB);
  const { version } = memory.recall(['one'], 'a');
  await memory.forget('one');
  keep(memory, 'one', 'a', KB);
  keep(memory, 'one', 'a', KB, version);

  expect(known(memory, 'one', ['a'])).toEqual(['a']);
});

test('while a scope is closed nothing of it is known, nor a version that anything could be kept under', async () => {
  const memory = new InProcessMemory(100 * KB);
  keep(memory, 'one', 'a', KB);
  await memory.close('one');
  expect(memory.recall(['two', 'one'], 'a')).toEqual({ version: null, value: undefined });
  await memory.forget('one');

  expect(memory.recall(['one'], 'a')).toEqual({ version: expect.any(String), value: undefined });
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

test('a write drops what is known of its scope and of no other, and keeps out what was read before it', async () => {
  const memory = new InProcessMemory(100 * KB);
  keep(memory, 'one', 'a', KB);
  keep(memory, 'two', 'b', KB);
  const { version } = memory.recall(['one'], 'c');
  await memory.forget('one');
  keep(memory, 'one', 'c', KB, version);

  expect(known(memory, 'one', ['a', 'c'])).toEqual([]);
  expect(known(memory, 'two', ['b'])).toEqual(['b']);
});
