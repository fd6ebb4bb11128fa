import { expect, test } from 'vitest';
import { NoCache } from '../../src/cache/none.ts';
import { TokenIntrospection } from '../../src/credentials/tokenIntrospection.ts';
import { Secret } from '../../src/values/secret.ts';

interface Told {
  readonly key: string;
  readonly platform: string;
  readonly token: string;
  readonly project: string | null;
}

const USUAL: Told = { key: 'k'.repeat(40), platform: 'https://one.example/', token: 'default_token', project: null };

function fingerprint(told: Partial<Told> = {}): string {
  const { key, platform, token, project } = { ...USUAL, ...told };
  const cache = new NoCache();
  const introspection = new TokenIntrospection(new Secret(key), new URL(platform), {
    answers: cache,
    identities: cache,
  });
  return introspection.fingerprint({ secret: new Secret(token), oauthProjectId: project });
}

test('a fingerprint is the same on every replica of one platform that has the same key', () => {
  expect(fingerprint()).toBe(fingerprint());
  expect(fingerprint()).toMatch(/^[\w-]{43}$/);
});

test.each<[what: string, told: Partial<Told>]>([
  ['the key', { key: 'K'.repeat(40) }],
  ['the platform', { platform: 'https://two.example/' }],
  ['the token', { token: 'default_tokem' }],
  ['the project that a user is in', { project: '00000000-0000-4000-8000-000000000001' }],
])('a fingerprint depends on %s', (_what, told) => {
  expect(fingerprint(told)).not.toBe(fingerprint());
});

test('a fingerprint tells the project and the token apart, wherever one ends', () => {
  const [one, other] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];

  expect(fingerprint({ project: one })).not.toBe(fingerprint({ project: other }));
  expect(fingerprint({ project: '1', token: '2' })).not.toBe(fingerprint({ project: '12', token: '' }));
});
