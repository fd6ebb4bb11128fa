import { describe, expect, test } from 'vitest';
import { redactTokens, Secret } from '../../src/values/secret.ts';
import { growth, MOST_GROWTH } from './cost.ts';

/** Texts of about `size` characters that make one try of a pattern go far, at as many places as possible. */
const TEXTS: Readonly<Record<string, (size: number) => string>> = {
  'one long word': (size) => `_ ${'a'.repeat(size)}`,
  'one long word of dashes': (size) => `_${'-'.repeat(size)}`,
  'words that begin a token, and go on': (size) => 'a_-'.repeat(size / 3),
  'words that are nearly tokens': (size) => `a_${'b'.repeat(42)} `.repeat(size / 45),
  'tokens in a row': (size) => `a_${'b'.repeat(43)} `.repeat(size / 46),
  'beginnings of a web token': (size) => 'eyJ'.repeat(size / 3),
  'beginnings of a web token, with one dot': (size) => `${'eyJ'.repeat(size / 6)}.${'eyJ'.repeat(size / 6)}`,
  'web tokens, chained by dots': (size) => 'eyJa.'.repeat(size / 5),
  'a run before the dots that ends where a web token would begin': (size) => `${'-'.repeat(size)}eyJ.a.`,
  'many such runs': (size) => `${'a'.repeat(995)}eyJ..`.repeat(size / 1_000),
};

describe.each(Object.entries(TEXTS))('%s costs in proportion to its length', (_text, make) => {
  test('in the redaction', async () => {
    expect(await growth((size) => redactTokens(make(size)), 15_000)).toBeLessThan(MOST_GROWTH);
  });

  test('as the value of a secret', async () => {
    const look = (size: number) => {
      const secret = new Secret(make(size));
      return [secret.hint, secret.isMasked];
    };
    expect(await growth(look, 15_000)).toBeLessThan(MOST_GROWTH);
  });
});
