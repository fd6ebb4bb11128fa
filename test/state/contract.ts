import { expect, test } from 'vitest';
import type { StateStore } from '../../src/state/store.ts';

/** What every store does. `open` gives two views of one store, as two replicas have them. */
export function describeStore(open: () => Promise<[StateStore, StateStore]>): void {
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
      [one, other, one, other].map((store, index) => store.setIfAbsent('key', `${index}`, 60_000)),
    );

    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await one.get('key')).toBe(String(results.indexOf(true)));
  });

  test('a deleted value is gone, and may be set anew', async () => {
    const [one] = await open();
    await one.set('key', 'value', 60_000);
    await one.delete('key');

    expect(await one.get('key')).toBeNull();
    expect(await one.setIfAbsent('key', 'again', 60_000)).toBe(true);
  });

  test('a lock is held by one at a time, and has nothing to do with the value', async () => {
    const [one, other] = await open();
    const lock = await one.lock('key', 60_000);

    expect(await other.lock('key', 60_000)).toBeNull();
    expect(await other.setIfAbsent('key', 'value', 60_000)).toBe(true);
    await lock?.release();
    expect(await other.lock('key', 60_000)).not.toBeNull();
  });
}
