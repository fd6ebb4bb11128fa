import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerText, largeBody } from '../../src/graphql/answerText.ts';

const next = () => Promise.resolve();

/** Characters that are written without other work in between, at most. */
const LONGEST_STRETCH = 300_000;

/** Anything that an answer may hold: values of JSON, and those that have none. Some are longer than a stretch. */
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom<unknown>(null, undefined, () => 1, Symbol('none'), new Date(0)),
);
const long = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).map((text) => text.repeat(140_000)),
  fc.array(leaf, { minLength: 1, maxLength: 4 }).map((items) => Array(4_000).fill(items)),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    long,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }),
  ),
}));

test('a large answer has the text of JSON.stringify, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), value, { maxKeys: 4 }), async (answer) => {
      const expected = JSON.stringify(answer);
      // Not by `toBe`: a difference of megabytes takes minutes to print.
      const body = await largeBody(answer, next);
      expect((typeof body === 'string' ? body : Buffer.concat(body).toString()) === expected).toBe(true);
      expect((await answerText(answer, next)) === expected).toBe(true);
    }),
    { numRuns: 100 },
  );
});

describe('the text of an answer', () => {
  test('is written at once where that is quick', () => {
    expect(answerText({ data: { list: [1, 2] } }, next)).toBe('{"data":{"list":[1,2]}}');
  });

  test.each([
    ['in lists', (size: number) => ({ list: Array.from({ length: size }, (_, id) => ({ id, name: 'name' })) })],
    ['in members', (size: number) => Object.fromEntries(Array.from({ length: size }, (_, id) => [`m${id}`, { id }]))],
  ])('is written in stretches of bounded length, %s', async (_where, answerOf) => {
    for (const size of [10_000, 40_000]) {
      let count = 0;
      const { length } = await answerText(answerOf(size), async () => {
        count += 1;
      });

      expect(count).toBeGreaterThanOrEqual(Math.max(1, Math.floor(length / LONGEST_STRETCH)));
    }
  });

  test('ends when there is no next stretch', async () => {
    let count = 0;
    const leave = () => (++count < 3 ? Promise.resolve() : Promise.reject(new Error('left')));
    const answer = { list: Array.from({ length: 100_000 }, (_, id) => ({ id })) };

    await expect(answerText(answer, leave)).rejects.toThrow('left');
    expect(count).toBe(3);
  });
});
