import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';

/** What every store does. `open` gives two views of one store, as two replicas have them. */
export function describeStore(open: () => Promise<[Store, Store]>): void {
  test('a value is there until its time is over, for everybody', async () => {
    const [one, other] = await open();
    await one.set('key', 'value', 60_000);
    await one.set('brief', 'value', 1);

    expect(await other.get('key')).toBe('value');
    expect(await other.get('other key')).toBeNull();
    await expect.poll(() => other.get('brief')).toBeNull();
  });

  test('only the first of many sets a value that is absent', async () => {
    const [one, other] = await open();

    const results = await Promise.all(
      [one, other, one, other].map((store, index) => store.replace('key', null, `${index}`, 60_000)),
    );

    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await one.get('key')).toBe(String(results.indexOf(true)));
  });

  test('a value is replaced only by who knows it, and lives as long as the new one is to', async () => {
    const [one, other] = await open();
    await one.set('key', 'old', 60_000);

    expect(await other.replace('key', 'something else', 'new', 60_000)).toBe(false);
    expect(await other.replace('key', null, 'new', 60_000)).toBe(false);
    expect(await other.replace('absent', 'old', 'new', 60_000)).toBe(false);
    expect(await one.get('key')).toBe('old');
    expect(await other.replace('key', 'old', 'new', 1)).toBe(true);
    await expect.poll(() => one.get('key')).toBeNull();
  });

  test('a deleted value is gone, and may be set anew', async () => {
    const [one] = await open();
    await one.set('key', 'value', 60_000);
    await one.delete('key');

    expect(await one.get('key')).toBeNull();
    expect(await one.replace('key', null, 'again', 60_000)).toBe(true);
  });

  test('many values are kept at once, and read in order', async () => {
    const [one, other] = await open();
    const keys = Array.from({ length: 1_200 }, (_, index) => `many ${index}`);
    await one.setAll(keys, 'value', 60_000);
    await one.setAll(['brief'], 'value', 1);
    await one.setAll([], 'value', 60_000);

    expect(await other.getAll(['absent', ...keys])).toEqual([null, ...keys.map(() => 'value')]);
    expect(await other.getAll([])).toEqual([]);
    await expect.poll(() => other.getAll(['brief'])).toEqual([null]);
  });

  test('a lock is held by one at a time, released by its holder alone, and has nothing to do with the value', async () => {
    const [one, other] = await open();
    const lock = await one.lock('key', 60_000);

    expect(await other.lock('key', 60_000)).toBeNull();
    expect(await other.replace('key', null, 'value', 60_000)).toBe(true);
    await lock?.release();
    expect(await other.lock('key', 60_000)).not.toBeNull();
    await lock?.release();
    expect(await one.lock('key', 60_000)).toBeNull();
  });
}
