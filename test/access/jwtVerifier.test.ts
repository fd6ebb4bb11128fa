import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { principalOf } from '../../src/access/claims.ts';
import { JwtVerifier } from '../../src/access/jwtVerifier.ts';
import type { Principal } from '../../src/access/principal.ts';
import { Refusal } from '../../src/access/refusal.ts';
import { stableJson } from '../../src/access/stableJson.ts';
import { loadConfig } from '../../src/config.ts';
import { type Issuer, jwtMode, type SigningKey, secondsFromNow, signingKey, startIssuer } from '../support/issuer.ts';
import { temporaryFile } from '../support/temporary.ts';

const SILENT = { info: () => undefined, error: () => undefined };
const ORGANIZATION = '0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11';
const NAMES = { scopesClaim: 'scope', organizationsClaim: 'orgs', projectsClaim: null, auditClaims: ['email'] };

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function verifier(env: Record<string, string> = {}): JwtVerifier {
  const base = { GEAI_BASE_URL: 'https://platform.test', ID_SECRET: 'x'.repeat(32) };
  const { jwt } = loadConfig({ ...base, ...jwtMode(issuer, ['keyring_token']), ...env });
  return new JwtVerifier(jwt!, SILENT);
}

const outcome = async (verify: JwtVerifier, token: string) => {
  const caller = await verify.verify(token);
  return caller instanceof Refusal ? caller.reason : caller.subject;
};

test('a verified token is known at once the next time, and another one is not', async () => {
  const verify = verifier();
  const [token, other] = [await issuer.token(), await issuer.token({ sub: 'eve' })];

  const first = verify.verify(token);
  expect(first).toBeInstanceOf(Promise);

  const caller = await first;
  expect(verify.verify(token)).toBe(caller);
  expect(verify.verify(other)).toBeInstanceOf(Promise);
});

test('a token whose key goes while it is verified is not remembered', async () => {
  const verify = verifier();
  const token = await issuer.token();
  const [begun, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { subtle } = globalThis.crypto;
  const original = subtle.verify.bind(subtle);
  vi.spyOn(subtle, 'verify').mockImplementationOnce(async (...args) => {
    begun.resolve();
    await gone.promise;
    return original(...args);
  });

  const caller = verify.verify(token);
  await begun.promise;
  issuer.publish(await signingKey('next'));
  await verify.refreshKeys();
  gone.resolve();
  await caller;

  expect(await outcome(verify, token)).toBe('UNKNOWN_KEY');
  issuer.publish(issuer.key);
});

test('a token is remembered for seconds, and never beyond its expiry', async () => {
  const verify = verifier();
  const [lasting, expiring] = [await issuer.token(), await issuer.token({ exp: secondsFromNow(3) })];
  await Promise.all([verify.verify(lasting), verify.verify(expiring)]);
  const start = Date.now();

  vi.useFakeTimers({ toFake: ['Date'], now: start + 4_000 });
  expect(verify.verify(lasting)).not.toBeInstanceOf(Promise);
  expect(verify.verify(expiring)).toBeInstanceOf(Promise);

  vi.setSystemTime(start + 11_000);
  expect(verify.verify(lasting)).toBeInstanceOf(Promise);

  vi.setSystemTime(start + 60_000);
  expect(await outcome(verify, expiring)).toBe('EXPIRED');
});

test('a key that is withdrawn ends what it signed', async () => {
  const verify = verifier();
  const token = await issuer.token();
  expect(await outcome(verify, token)).toBe('ada@company.test');

  issuer.publish(await signingKey('second'));
  await verify.refreshKeys();

  expect(await outcome(verify, token)).toBe('UNKNOWN_KEY');
  issuer.publish(issuer.key);
});

test.each(['RS256', 'PS384', 'ES384', 'EdDSA'])('%s is taken, and refused where it is not allowed', async (alg) => {
  const key = await signingKey(alg, alg);
  issuer.publish(issuer.key, key);
  const token = await issuer.token({}, key);

  expect(await outcome(verifier(), token)).toBe('ada@company.test');
  expect(await outcome(verifier({ JWT_ALGORITHMS: 'ES256' }), token)).toBe('ALGORITHM');
  issuer.publish(issuer.key);
});

test('keys in a file are read again when it changes', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const file = temporaryFile('jwks.json');
  const write = (key: SigningKey) => writeFileSync(file, JSON.stringify({ keys: [key.published] }));
  write(issuer.key);
  const verify = verifier({ JWT_JWKS_URL: '', JWT_JWKS_FILE: file });
  const second = await signingKey('second');
  const [old, token] = [await issuer.token(), await issuer.token({}, second)];
  expect(await outcome(verify, old)).toBe('ada@company.test');

  write(second);
  vi.advanceTimersByTime(1_500);

  expect(await outcome(verify, token)).toBe('ada@company.test');
  expect(await outcome(verify, old)).toBe('UNKNOWN_KEY');
});

test('one of several audiences is enough, on either side', async () => {
  const verify = verifier({ JWT_AUDIENCE: 'other, geai-graph' });

  expect(await outcome(verify, await issuer.token({ aud: ['payroll', 'geai-graph'] }))).toBe('ada@company.test');
});

test('a token that is too long or has no form is refused before it is decoded', async () => {
  const verify = verifier();
  const decode = vi.spyOn(JSON, 'parse');
  const lookUps = issuer.lookUps();

  for (const token of ['a.'.repeat(4_000), '.'.repeat(8_000), 'x'.repeat(1_000_000), `${'e'.repeat(8_190)}.`]) {
    expect(await verify.verify(token)).toBeInstanceOf(Refusal);
  }

  expect(decode).not.toHaveBeenCalled();
  expect(issuer.lookUps()).toBe(lookUps);
});

const claimsOf = (claims: object) => principalOf({ sub: 'ada', ...claims }, NAMES);

test.each<[title: string, claims: object, expected: Partial<Principal>]>([
  [
    'a text of words',
    { scope: 'geai:read  geai:tokens:write other' },
    { permissions: new Set(['geai:read', 'geai:tokens:write']) },
  ],
  ['a list of texts', { scope: ['geai:read', 'toString'] }, { permissions: new Set(['geai:read']) }],
  ['no scopes', {}, { permissions: new Set() }],
  ['scopes that are null', { scope: null }, { permissions: new Set() }],
  ['no organizations', {}, { organizations: new Set() }],
  [
    'organizations in capitals, and words that name none',
    { orgs: [ORGANIZATION.toUpperCase(), 'all', ''] },
    { organizations: new Set([ORGANIZATION]) },
  ],
  ['one organization as a text', { orgs: ORGANIZATION }, { organizations: new Set([ORGANIZATION]) }],
  ['projects, without the setting', { projects: [ORGANIZATION] }, { projects: null }],
  ['an audited claim that is nested', { email: { value: 'ada' } }, { claims: {} }],
])('%s', (_title, claims, expected) => {
  expect(claimsOf(claims)).toMatchObject(expected);
});

test.each([[7], [{ 'geai:read': true }], [['geai:read', 7]], [true]])(
  'scopes and ids of another type refuse the token: %j',
  (value) => {
    expect(() => claimsOf({ scope: value })).toThrow(Refusal);
    expect(() => claimsOf({ orgs: value })).toThrow(Refusal);
  },
);

/** A list whose looks are counted. */
function counted(list: readonly string[]) {
  const count = { looks: 0 };
  const get = (target: readonly string[], name: string | symbol) => {
    count.looks += 1;
    return Reflect.get(target, name);
  };
  return { count, list: new Proxy(list, { get }) };
}

test('the work on a claim grows in proportion to it', () => {
  const looks = [500, 1_000, 2_000].map((size) => {
    const { count, list } = counted(Array.from({ length: size }, (_, index) => `scope:${index}`));
    claimsOf({ scope: list, orgs: list });
    return count.looks / size;
  });

  for (const each of looks) expect(each).toBeLessThan(12);
});

test('a signed text has sorted members, is the same for the same value, and is bounded in depth', () => {
  const deep = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);

  expect(stableJson({ b: [1, { z: null, '10': 'é', '9': true }], a: '"' })).toBe(
    '{"a":"\\"","b":[1,{"10":"é","9":true,"z":null}]}',
  );
  expect(() => stableJson(deep)).toThrow(RangeError);
});
