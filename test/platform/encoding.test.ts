import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Credential, Fingerprint } from '../../src/platform/client/credential.ts';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { exchangeOf } from '../../src/platform/client/request.ts';
import { updateApiToken } from '../../src/platform/resources/apiTokens.ts';
import { getProject, listProjects } from '../../src/platform/resources/projects.ts';
import { listProjectLimits } from '../../src/platform/resources/usageLimits.ts';
import { Secret } from '../../src/values/secret.ts';

const CREDENTIAL: Credential<'organization'> = {
  kind: 'organization',
  secret: new Secret('x'),
  fingerprint: 'x' as Fingerprint,
  organizationId: null,
  organizationName: null,
  projectId: null,
};
const BASE = 'http://platform.example';

const sent = <Args>(endpoint: Endpoint<'organization', Args>, args: Args, prefix = '') =>
  new URL(exchangeOf(prefix, CREDENTIAL, endpoint.request(args, CREDENTIAL), {}).path, BASE);
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
        const limits = sent(listProjectLimits, { projectId: id, organizationId }, '/base');
        const token = sent(updateApiToken, { apiTokenId: new Secret(id) });

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
    expect(() => sent(getProject, { projectId: id })).toThrow('a path segment must name something');
    expect(() => sent(listProjectLimits, { projectId: 'x', organizationId: id })).toThrow();
  });
});

test('a value in a query is read as it was given, and adds no parameter', () => {
  fc.assert(
    fc.property(value, (name) => {
      const { searchParams, pathname, hash } = sent(listProjects, { name });

      expect([...searchParams]).toEqual([
        ['detail', 'full'],
        ['name', name],
      ]);
      expect([pathname, hash]).toEqual(['/v1/organization/projects', '']);
    }),
  );
});
