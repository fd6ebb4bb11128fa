import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairQueue } from '../../src/request/gate/fairQueue.ts';
import { Heap } from '../../src/values/heap.ts';

const isLarge = (weight: number) => weight > 100;
const WEIGHTS = { a: 5, b: 30, c: 90, d: 101, e: 500 };
type Name = keyof typeof WEIGHTS;

/** The same queue, which looks at everything in each step. */
class Model {
  readonly #waiting: { line: Name; finish: number; item: number }[] = [];
  #taken = 0;

  push(line: Name, item: number): void {
    const before = this.#waiting.findLast((one) => one.line === line)?.finish ?? 0;
    this.#waiting.push({ line, finish: Math.max(this.#taken, before) + WEIGHTS[line], item });
  }

  next(mayBeLarge: boolean) {
    const free = this.#waiting.filter(({ line }) => mayBeLarge || !isLarge(WEIGHTS[line]));
    return free.toSorted((one, other) => one.finish - other.finish || one.item - other.item)[0] ?? null;
  }

  take(line: Name): number | null {
    const index = this.#waiting.findIndex((one) => one.line === line);
    if (index < 0) return null;
    const { finish, item } = this.#waiting.splice(index, 1)[0]!;
    this.#taken = Math.max(this.#taken, finish);
    return item;
  }
}

test('the item whose turn it is comes next, whoever came and went before', () => {
  const name = fc.constantFrom(...(Object.keys(WEIGHTS) as Name[]));
  const step = fc.oneof(fc.record({ push: name }), fc.record({ mayBeLarge: fc.boolean() }), fc.record({ drop: name }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const [queue, model] = [new FairQueue<number>(isLarge), new Model()];
      for (const [index, one] of steps.entries()) {
        if ('push' in one) {
          queue.push(one.push, WEIGHTS[one.push], index, index);
          model.push(one.push, index);
        } else if ('drop' in one) {
          const has = queue.weightOf(one.drop) > 0;
          expect(has ? queue.take(one.drop).item : null).toBe(model.take(one.drop));
        } else {
          const [next, expected] = [queue.next(one.mayBeLarge), model.next(one.mayBeLarge)];
          expect(next?.item).toBe(expected?.item);
          if (next && expected) expect(queue.take(next.line).item).toBe(model.take(expected.line));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('an item that was taken holds none that came later', () => {
  const queue = new FairQueue<number>(isLarge);
  for (const item of [1, 2]) queue.push('a', 5, 0, item);

  expect(queue.take('a')).toEqual({ line: 'a', weight: 5, finish: 5, since: 0, item: 1, next: null });
});

test('two thousand that wait cost each other three times the logarithm of their number', () => {
  const count = 2_000;
  let comparisons = 0;
  const heap = new Heap<{ place: number; rank: number }>((one, other) => {
    comparisons += 1;
    return one.rank < other.rank;
  });
  for (let index = 0; index < count; index += 1) heap.push({ place: 0, rank: (index * 7919) % count });
  for (let rank = 0; rank < count; rank += 1) {
    const { first } = heap;
    expect(first?.rank).toBe(rank);
    heap.remove(first!);
  }

  expect(heap.first).toBeUndefined();
  expect(comparisons).toBeLessThan(count * 3 * Math.log2(count));
});
