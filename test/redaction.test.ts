import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactTokens } from '../src/secret.ts';

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
