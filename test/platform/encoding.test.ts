import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Credential, Fingerprint } from '../../src/platform/client/credential.ts';
import { operations } from '../../src/platform/client/operations.ts';
import { type CallArguments, exchangeOf } from '../../src/platform/client/request.ts';
import { Secret } from '../../src/values/secret.ts';

const CREDENTIAL: Credential = {
  kind: 'organization',
  secret: new Secret('x'),
  fingerprint: 'x' as Fingerprint,
  organizationId: null,
  organizationName: null,
  projectId: null,
};
const BASE = 'http://platform.example';

const sent = (operation: (typeof operations)[keyof typeof operations], args: CallArguments, prefix = '') =>
  new URL(exchangeOf(prefix, operation, CREDENTIAL, args).path, BASE);
/** Whatever can be written: a lone half of a pair cannot. */
const text = fc.string({ unit: 'grapheme', minLength: 1 });
const TELLING = [
  'a/b',
  'a b',
  'a?b=c',
  'a#b',
  'a%2Fb',
  '%2e%2e',
  '..%2f..',
  'a&b',
  'a=b',
  'a+b',
  'ä',
  '{id}',
  '$&',
  '$1',
  "a'b",
];
const value = fc.oneof(fc.constantFrom(...TELLING), text);

describe('a value in a path', () => {
  test('stays one segment, from which the platform reads the value', () => {
    fc.assert(
      fc.property(value, value, (id, organizationId) => {
        fc.pre(![id, organizationId].some((part) => part === '.' || part === '..'));
        const limits = sent(operations.listProjectLimits, { id, organizationId }, '/base');
        const token = sent(operations.updateApiToken, { id: new Secret(id) });

        const parts = limits.pathname.split('/').slice(1);
        expect(parts).toHaveLength(8);
        expect([decodeURIComponent(parts[4]!), decodeURIComponent(parts[6]!)]).toEqual([organizationId, id]);
        expect(decodeURIComponent(token.pathname.split('/').slice(4).join('/'))).toBe(id);
        expect(token.pathname.split('/')).toHaveLength(5);
        for (const { search, hash, host } of [limits, token])
          expect([search, hash, host]).toEqual(['', '', 'platform.example']);
      }),
    );
  });

  test.each(['', '.', '..'])('is never "%s", which names another path', (id) => {
    expect(() => sent(operations.getProject, { id })).toThrow('a path segment must name something');
    expect(() => sent(operations.listProjectLimits, { id: 'x', organizationId: id })).toThrow();
  });
});

test('a value in a query is read as it was given, and adds no parameter', () => {
  fc.assert(
    fc.property(value, value, (name, detail) => {
      const { searchParams, pathname, hash } = sent(operations.listProjects, { query: { name, detail } });

      expect([...searchParams]).toEqual([
        ['name', name],
        ['detail', detail],
      ]);
      expect([pathname, hash]).toEqual([operations.listProjects.template, '']);
    }),
  );
});
