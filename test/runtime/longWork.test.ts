import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largeBody, PIECE } from '../../src/http/largeBody.ts';
import type { Pacer } from '../../src/platform/client/pacer.ts';
import { RUN } from '../../src/request/ordering.ts';
import { listing, orders } from '../../src/request/pagination.ts';

/** Turns that are counted, and passed at once. */
function counted(): Pacer & { turns: number } {
  const pacer = {
    turns: 0,
    resume: () => null,
    next: async () => {
      pacer.turns += 1;
    },
  };
  return pacer;
}

describe('a long list', () => {
  const keyed = () => listing<{ key: string; tie: string }>('things', ({ key }) => key, ({ tie }) => tie); // biome-ignore format: one line
  const longList = fc
    .tuple(
      fc.array(fc.string({ maxLength: 2 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: RUN, max: 5 * RUN }),
    )
    .map(([keys, size]) =>
      Array.from({ length: size }, (_, index) => {
        // Some are equal in both, and far from each other.
        const at = (index * 7_919) % size;
        return { key: keys[at % keys.length] ?? '', tie: String(at % 3), index };
      }),
    );

  test('is ordered in stretches as it is at once', async () => {
    await fc.assert(
      fc.asyncProperty(longList, async (items) => {
        const [inTurns, atOnce] = [keyed(), keyed()];
        await inTurns.prepare(items, counted());
        expect(inTurns.inOrder(items)).toEqual(atOnce.inOrder([...items]));
      }),
      { numRuns: 20 },
    );
  });

  test('is ordered once for all who ask meanwhile, in either direction', async () => {
    const items = Array.from({ length: 4 * RUN }, (_, index) => ({ key: String(index % 97), tie: String(index) }));
    const compared = { count: 0 };
    const byKey = listing<(typeof items)[number]>(
      'things',
      ({ key }) => {
        compared.count += 1;
        return key;
      },
      ({ tie }) => tie,
    );
    const choose = orders({ KEY: byKey });
    const turns = counted();
    const descending = choose({ field: 'KEY', direction: 'DESC' });
    await Promise.all([byKey.prepare(items, turns), byKey.prepare(items, turns), descending.prepare(items, turns)]);

    // Four runs, two pairs of them, and the two that those make.
    expect(turns.turns).toBe(4 + 2 + 1);
    expect(byKey.inOrder(items)).toHaveLength(items.length);
    expect(descending.inOrder(items)).toHaveLength(items.length);
    expect(compared.count).toBe(items.length);
    expect(byKey.prepare(items, turns)).toBeNull();
  });

  test('waits for nothing if it is short', () => {
    const items = Array.from({ length: RUN }, (_, index) => ({ key: String(index), tie: '' }));
    expect(keyed().prepare(items, counted())).toBeNull();
  });
});

describe('a large body', () => {
  test('is written in pieces whose bytes are those of the text', async () => {
    // One letter before moves pairs across the ends of pieces.
    for (const text of [
      'x'.repeat(3 * PIECE),
      `x${'😀'.repeat(PIECE)}`,
      `${'😀'.repeat(PIECE)}x`,
      `é${'é'.repeat(PIECE)}`,
    ]) {
      const turns = counted();
      const pieces: Buffer[] = [];
      for await (const piece of largeBody(text, turns)) pieces.push(Buffer.from(piece));

      expect(Buffer.concat(pieces).equals(Buffer.from(text))).toBe(true);
      expect(turns.turns).toBe(pieces.length);
      expect(pieces.length).toBe(Math.ceil(text.length / PIECE));
    }
  });
});
