import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactTokens } from '../src/values/secret.ts';

const WEB_TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r-wW1g';

const BASE64URL = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
const characters = (length: number) =>
  fc.array(fc.constantFrom(...BASE64URL), { minLength: length, maxLength: length }).map((parts) => parts.join(''));

test('of a token nothing is left, whatever stands before and behind it', () => {
  fc.assert(
    fc.property(characters(43), fc.string(), fc.string(), (secret, before, behind) => {
      const left = redactTokens(`${before}default_${secret}${behind}`);
      const windows = Array.from({ length: 36 }, (_, start) => secret.slice(start, start + 8));
      const given = before + behind;
      expect(windows.filter((window) => left.includes(window) && !given.includes(window))).toEqual([]);
    }),
    { examples: [['kQ7nYb2mT9wLx4RvE1cHs8ZpD6uJ0gFaK3iOqWtMyBe', 'my_', '']] },
  );
});

test('text without a token stays as it is', () => {
  const text = 'project_id 0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11: GET /v1/organization/project/{id}, snake_case_name';
  expect(redactTokens(text)).toBe(text);
});

test.each([
  ['alone', WEB_TOKEN, '[redacted]'],
  ['in a sentence', `token "${WEB_TOKEN}" refused`, 'token "[redacted]" refused'],
  ['without a signature', `${WEB_TOKEN.replace(/[^.]*$/, '')} refused`, '[redacted] refused'],
])('a web token that has no underscore is found, %s', (_where, text, left) => {
  expect(text).not.toContain('_');
  expect(redactTokens(text)).toBe(left);
});

test('everything that has one of the two forms is replaced, and nothing else', () => {
  const part = fc.oneof(
    fc.constantFrom('eyJ', 'eyJ', '.', '.', '_', '-', ' ', 'a', 'Z9', '=', '"', 'a'.repeat(42), '-'.repeat(43), 'é'),
    characters(43),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      expect(redactTokens(text)).toBe(redactedPlainly(text));
    }),
    { numRuns: 2_000 },
  );
});

/** The two forms in the plainest way, too slow for long texts. What is glued to the front of a web token goes with it. */
function redactedPlainly(text: string): string {
  return text
    .replace(/[A-Za-z0-9_-]*?eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, '[redacted]')
    .replace(/[A-Za-z0-9]+_[A-Za-z0-9_-]{43,}/g, '[redacted]');
}
