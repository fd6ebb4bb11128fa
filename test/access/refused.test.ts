import { createHmac, createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { codes, type Facade, type Request, startFacade } from '../support/facade.ts';
import { AUDIENCE, ISSUER, type Issuer, jwtMode, secondsFromNow, signingKey, startIssuer } from '../support/issuer.ts';

let issuer: Issuer;
let facade: Facade;
let platformToken: string;

beforeAll(async () => {
  issuer = await startIssuer();
  const emulator = await startEmulator({ organizations: 1, projects: 1 });
  platformToken = emulator.seeded.organizations[0]?.token ?? '';
  facade = await startFacade({ sharedEmulator: emulator, env: jwtMode(issuer, [platformToken]) });
});

afterAll(async () => {
  await facade.close();
  await facade.emulator.close();
  await issuer.close();
});

beforeEach(() => facade.emulator.resetCalls());

const EVERYTHING =
  '{ viewer { subject } organization { name } project(id: "36cd70c0-eec7-4633-94c3-e0d59863ed33") { name } }';
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = () => ({ iss: ISSUER, aud: AUDIENCE, sub: 'eve', exp: secondsFromNow(300), scope: 'geai:read' });
const unsigned = (header: object, payload: object = claims()) => `${encoded(header)}.${encoded(payload)}.`;

/** Signed with the public key as if it were the secret of HS256. */
function confused(): string {
  const pem = createPublicKey({ key: issuer.key.published as never, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });
  const text = unsigned({ alg: 'HS256', kid: 'first' }).slice(0, -1);
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
}

/** A token whose claims were changed after it was signed. */
async function tampered(): Promise<string> {
  const [header, , signature] = (await issuer.token()).split('.');
  return [header, encoded({ ...claims(), scope: 'geai:tokens:write' }), signature].join('.');
}

const REFUSED: [title: string, reason: string, token: () => string | Promise<string>][] = [
  ['alg none', 'ALGORITHM', () => unsigned({ alg: 'none', kid: 'first' })],
  ['alg none in another case, with a signature', 'ALGORITHM', () => `${unsigned({ alg: 'nOnE', kid: 'first' })}c2ln`],
  ['HS256 with the public key', 'ALGORITHM', confused],
  [
    'a header that brings its own key',
    'NO_KEY_ID',
    async () => {
      const own = await signingKey('');
      return issuer.token({}, own);
    },
  ],
  ['no kid', 'NO_KEY_ID', () => issuer.token({}, { ...issuer.key, kid: undefined as never })],
  ['a kid of another type', 'NO_KEY_ID', () => `${unsigned({ alg: 'ES256', kid: ['first'] })}c2ln`],
  ['a kid that is not published', 'UNKNOWN_KEY', async () => issuer.token({}, await signingKey('other'))],
  ['the kid of another key', 'SIGNATURE', async () => issuer.token({}, await signingKey('first'))],
  [
    'a critical header that is not known',
    'MALFORMED',
    () => `${unsigned({ alg: 'ES256', kid: 'first', crit: ['x'], x: 1 })}c2ln`,
  ],
  ['changed claims', 'SIGNATURE', tampered],
  ['expired', 'EXPIRED', () => issuer.token({ exp: secondsFromNow(-40) })],
  ['no expiry', 'NO_EXPIRY', () => issuer.token({ exp: undefined })],
  ['an expiry of another type', 'NO_EXPIRY', () => issuer.token({ exp: '2030' })],
  ['not yet valid', 'NOT_YET_VALID', () => issuer.token({ nbf: secondsFromNow(40) })],
  ['a beginning of another type', 'MALFORMED', () => issuer.token({ nbf: {} })],
  ['another audience', 'AUDIENCE', () => issuer.token({ aud: 'payroll' })],
  ['no audience', 'AUDIENCE', () => issuer.token({ aud: undefined })],
  ['an audience of another type', 'AUDIENCE', () => issuer.token({ aud: { [AUDIENCE]: true } })],
  ['another issuer', 'ISSUER', () => issuer.token({ iss: 'https://login.evil.test' })],
  ['an issuer of another type', 'ISSUER', () => issuer.token({ iss: [ISSUER] })],
  ['no subject', 'SUBJECT', () => issuer.token({ sub: undefined })],
  ['an empty subject', 'SUBJECT', () => issuer.token({ sub: '' })],
  ['a huge subject', 'SUBJECT', () => issuer.token({ sub: 'a'.repeat(256) })],
  ['a nested subject', 'SUBJECT', () => issuer.token({ sub: { name: 'ada' } })],
  ['scopes of another type', 'CLAIM_TYPE', () => issuer.token({ scope: 7 })],
  ['nested scopes', 'CLAIM_TYPE', () => issuer.token({ scope: { 'geai:read': true } })],
  ['a list of scopes with one of another type', 'CLAIM_TYPE', () => issuer.token({ scope: ['geai:read', ['x']] })],
  ['claims that are huge', 'TOO_LARGE', () => issuer.token({ padding: 'x'.repeat(8_192) })],
  [
    'claims that are nested without end',
    'SIGNATURE',
    () => {
      const payload = Buffer.from('['.repeat(5_000)).toString('base64url');
      return `${encoded({ alg: 'ES256', kid: 'first' })}.${payload}.${'A'.repeat(86)}`;
    },
  ],
  ['a header that is no JSON', 'MALFORMED', () => 'aaaa.bbbb.cccc'],
  ['a header that is a list', 'MALFORMED', () => `${encoded(['ES256'])}.bbbb.cccc`],
  ['two parts', 'MALFORMED', () => 'aaaa.bbbb'],
  ['an encrypted token', 'MALFORMED', () => `${encoded({ alg: 'dir', enc: 'A256GCM' })}.a.b.c.d`],
  ['a token of the platform', 'MALFORMED', () => platformToken],
];

test.each(REFUSED)('%s is refused as %s, without a platform call', async (_title, reason, make) => {
  const token = await make();

  const answer = await facade.query(EVERYTHING, { token });

  expect(answer.status).toBe(200);
  expect(answer.data).toEqual({ viewer: null, organization: null, project: null });
  expect(answer.errors?.map(({ extensions: { code, reason: why } }) => [code, why])).toEqual(
    Array(3).fill(['UNAUTHENTICATED', reason]),
  );
  expect(facade.upstream()).toEqual({});
  for (const part of token.split('.')) if (part.length > 8) expect(answer.text + facade.log()).not.toContain(part);
});

const HEADERS: [title: string, headers: Record<string, string>][] = [
  ['no header', {}],
  ['another scheme', { authorization: 'Basic YWRhOmFkYQ==' }],
  ['an empty header', { authorization: '' }],
  ['two bearers', { authorization: 'Bearer one, Bearer two' }],
  ['identity headers from outside', { 'x-user': 'ada', 'x-on-behalf-of': 'ada', 'x-forwarded-user': 'ada' }],
];

test.each(HEADERS)('%s lets nobody in', async (_title, headers) => {
  const answer = await facade.query(EVERYTHING, { headers });

  expect(codes(answer)).toEqual(Array(3).fill('UNAUTHENTICATED'));
  expect(facade.upstream()).toEqual({});
});

test('tokens of the platform in other headers are not looked at', async () => {
  const more: Request = { tokens: [platformToken], headers: { projectid: '0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11' } };

  expect(codes(await facade.query('{ viewer { subject } }', more))).toEqual(['UNAUTHENTICATED']);
  expect(facade.upstream()).toEqual({});
});

test('a mutation of a refused caller leaves no audit line and no platform call', async () => {
  const token = await issuer.token({ exp: secondsFromNow(-40) });

  const answer = await facade.query('mutation { blockApiToken(input: { id: "x" }) { changed } }', { token });

  expect(codes(answer)).toEqual(['UNAUTHENTICATED']);
  expect(facade.audit()).toEqual([]);
  expect(facade.upstream()).toEqual({});
});

test('the schema can be read without a token where the explorer is on', async () => {
  const answer = await facade.query('{ __schema { queryType { name } } }');

  expect(answer.errors).toBeUndefined();
  expect(answer.data.__schema.queryType.name).toBe('Query');
});

test('clocks may differ by half a minute', async () => {
  const late = await issuer.token({ exp: secondsFromNow(-20) });
  const early = await issuer.token({ nbf: secondsFromNow(20) });

  for (const token of [late, early]) {
    expect((await facade.query('{ organization { name } }', { token })).errors).toBeUndefined();
  }
});
