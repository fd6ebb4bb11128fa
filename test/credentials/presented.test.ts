import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CredentialError } from '../../src/credentials/errors.ts';
import { readPresentedTokens } from '../../src/credentials/presented.ts';
import { isJsonWebToken } from '../../src/values/secret.ts';

const PROJECT = 'd3a1c9b4-7e21-4f4e-8a5d-2b9c6e0f4d22';
const MAX_MORE = 20;

/** The characters of a bearer token (RFC 6750, section 2.1). */
const token = fc.stringMatching(/^[A-Za-z0-9\-._~+/]{1,60}={0,2}$/).filter((value) => !isJsonWebToken(value));
const blanks = fc.stringMatching(/^[ \t]{0,3}$/);

/** The values that headers present, with the project of those that are a user's. */
const read = (headers: Parameters<typeof readPresentedTokens>[0]) =>
  readPresentedTokens(headers).map(({ secret, oauthProjectId }) => [secret.reveal(), oauthProjectId]);

function refusal(headers: Parameters<typeof readPresentedTokens>[0]): CredentialError {
  try {
    readPresentedTokens(headers);
  } catch (error) {
    if (error instanceof CredentialError) return error;
    throw error;
  }
  throw new Error('it was let through');
}

test('no header presents no token', () => {
  expect(read({})).toEqual([]);
  expect(read({ host: 'localhost', cookie: 'token=abc', 'x-api-key': 'abc' })).toEqual([]);
});

test('the tokens of both headers come in order and once each, however they are spaced', () => {
  // Few of some, so that they come again.
  const often = fc.oneof(token, fc.constantFrom('one', 'two'));
  const list = fc.array(fc.tuple(blanks, often, blanks), { minLength: 1, maxLength: MAX_MORE });
  fc.assert(
    fc.property(often, list, blanks, (first, more, blank) => {
      const values = more.map(([, value]) => value);
      const presented = read({
        authorization: `${blank}Bearer ${first}${blank}`,
        'geai-tokens': more.map((item) => item.join('')).join(','),
      });
      expect(presented).toEqual([...new Set([first, ...values])].map((value) => [value, null]));
    }),
  );
});

test('more tokens are taken without an Authorization header', () => {
  expect(read({ 'geai-tokens': 'one, two' })).toEqual([
    ['one', null],
    ['two', null],
  ]);
});

test.each(['Bearer one', 'bearer one', 'BEARER one', 'Bearer   one'])('"%s" presents one', (authorization) => {
  expect(read({ authorization })).toEqual([['one', null]]);
});

test("with a project the first token is a user's, and the others are not", () => {
  fc.assert(
    fc.property(fc.uuid(), token, token, (project, user, other) => {
      fc.pre(user !== other);
      const headers = {
        authorization: `Bearer ${user}`,
        projectid: ` ${project.toUpperCase()} `,
        'geai-tokens': other,
      };
      expect(read(headers)).toEqual([
        [user, project],
        [other, null],
      ]);
    }),
  );
});

describe('is refused', () => {
  test.each([
    ['another scheme', { authorization: 'Basic b25lOnR3bw==' }, 'Authorization'],
    ['a token without a scheme', { authorization: 'default_abc' }, 'Authorization'],
    ['a scheme without a token', { authorization: 'Bearer' }, 'Authorization'],
    ['an empty header', { authorization: '' }, 'Authorization'],
    ['two tokens after the scheme', { authorization: 'Bearer one two' }, 'Authorization'],
    ['two tokens with a comma', { authorization: 'Bearer one,two' }, 'Authorization'],
    ['padding alone', { authorization: 'Bearer ==' }, 'Authorization'],
    ['padding in the middle', { authorization: 'Bearer one=two' }, 'Authorization'],
    ['a token of more than 4,096 characters', { authorization: `Bearer ${'x'.repeat(4_097)}` }, 'Authorization'],
    ['an empty list', { 'geai-tokens': '' }, 'geai-tokens'],
    ['an empty item', { 'geai-tokens': 'one,,two' }, 'geai-tokens'],
    ['a comma at the end', { 'geai-tokens': 'one,' }, 'geai-tokens'],
    ['a scheme in the list', { 'geai-tokens': 'Bearer one' }, 'geai-tokens'],
    ['a project that is no UUID', { authorization: 'Bearer one', projectid: 'Support' }, 'ProjectId'],
    ['a project without a token', { projectid: PROJECT }, 'ProjectId'],
    ['a project with more tokens only', { projectid: PROJECT, 'geai-tokens': 'one' }, 'ProjectId'],
  ])('%s', (_case, headers, name) => {
    const { code, message } = refusal(headers);

    expect(code).toBe('UNAUTHENTICATED');
    expect(message).toContain(`\`${name}\``);
  });

  test('a list of more than 20 tokens', () => {
    const tokens = Array.from({ length: MAX_MORE + 1 }, (_, index) => `token${index}`);

    expect(refusal({ 'geai-tokens': tokens.join(',') }).message).toContain('more than 20');
    expect(read({ 'geai-tokens': tokens.slice(1).join(',') })).toHaveLength(MAX_MORE);
  });

  test('any header that is not of the form, without a word of what it held', () => {
    const text = fc.string({ minLength: 8 });
    fc.assert(
      fc.property(text, fc.constantFrom('authorization', 'geai-tokens', 'projectid'), (value, name) => {
        const headers = { authorization: 'Bearer one', [name]: value };
        let presented: unknown[];
        try {
          presented = read(headers);
        } catch (error) {
          expect(error).toBeInstanceOf(CredentialError);
          expect(String(error)).not.toContain(value);
          return;
        }
        // What is let through is of the form, and nothing is made up.
        expect(presented.flat().every((part) => part === null || part === 'one' || value.includes(String(part)))).toBe(
          true,
        );
      }),
    );
  });
});
