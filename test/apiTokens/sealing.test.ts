import { compactDecrypt, exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEncryptionKey } from '../../src/mutations/encryption.ts';
import { type Managed, startManaged } from '../support/managing.ts';

let facade: Managed;

beforeAll(async () => {
  facade = await startManaged();
});
afterAll(() => facade.close());

const KINDS: [string, string, object][] = [
  ['RSA', 'RSA-OAEP-256', { modulusLength: 2_048 }],
  ['P-256', 'ECDH-ES+A256KW', { crv: 'P-256' }],
  ['P-256, direct', 'ECDH-ES', { crv: 'P-256' }],
  ['X25519', 'ECDH-ES+A256KW', { crv: 'X25519' }],
];

const pairOf = (alg: string, options: object) => generateKeyPair(alg, { extractable: true, ...options });

test.each(KINDS)(
  'a secret sealed for a key of %s can be read by its holder, and is nowhere in the clear',
  async (_kind, alg, options) => {
    const { publicKey, privateKey } = await pairOf(alg, options);
    const encryptTo = JSON.stringify({ ...(await exportJWK(publicKey)), alg, kid: 'mine', use: 'enc' });

    const payload = await facade.mutate('createApiToken', { projectId: facade.projectId, name: 'Sealed', encryptTo });

    expect(payload).toMatchObject({ secret: null, userErrors: [] });
    const { plaintext, protectedHeader } = await compactDecrypt(payload.sealedSecret, privateKey);
    expect(protectedHeader).toMatchObject({ alg, enc: 'A256GCM', kid: 'mine' });
    const value = new TextDecoder().decode(plaintext);
    expect(facade.truth().map(({ id }) => id)).toContain(value);
    expect(JSON.stringify(payload) + facade.log() + JSON.stringify(facade.audit())).not.toContain(value);
  },
);

const publicJwk = async (alg: string, options: object): Promise<JWK> =>
  exportJWK((await pairOf(alg, options)).publicKey);

test('a key that cannot be used is refused before anything is created, and not repeated', async () => {
  const ec = await publicJwk('ECDH-ES', { crv: 'P-256' });
  const rsa = await publicJwk('RSA-OAEP-256', { modulusLength: 2_048 });
  const hidden = await exportJWK((await pairOf('ECDH-ES', { crv: 'P-256' })).privateKey);
  const weak = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(128, 0xff).toString('base64url') };
  facade.emulator.resetCalls();
  for (const [key, hint] of [
    [hidden, 'private'],
    [{ kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0' }, 'symmetric'],
    [weak, '2048 bits'],
    [{ ...rsa, e: 'Aw' }, 'exponent'],
    [await publicJwk('ECDH-ES', { crv: 'P-384' }), 'P-256'],
    [{ ...rsa, alg: 'RSA-OAEP' }, 'RSA-OAEP-256'],
    [{ ...ec, use: 'sig' }, 'encryption'],
    [{ ...ec, key_ops: ['verify'] }, 'key_ops'],
    [{ ...rsa, key_ops: ['verify'] }, 'key_ops'],
    [{ ...rsa, use: 'enc', key_ops: ['verify'] }, 'key_ops'],
    [{ ...rsa, key_ops: 'encrypt' }, 'key_ops'],
    [{ ...rsa, alg: 'RS256' }, 'RSA-OAEP-256'],
    [{ ...ec, alg: 'ES256' }, 'ECDH-ES'],
    [{ ...ec, x: ec.y, y: ec.x }, 'well-formed'],
    [{ ...ec, y: 7 }, 'JSON'],
    [[ec], 'JSON'],
  ] as const) {
    const encryptTo = JSON.stringify(key);
    const payload = await facade.mutate('createApiToken', { projectId: facade.projectId, name: 'Never', encryptTo });

    expect(payload).toMatchObject({
      apiToken: null,
      userErrors: [{ code: 'INVALID_ENCRYPTION_KEY', field: 'encryptTo', message: expect.stringContaining(hint) }],
    });
    for (const value of Object.values(key)) {
      if (String(value).length > 20) expect(JSON.stringify(payload) + facade.log()).not.toContain(String(value));
    }
  }
  expect(facade.upstream()).toEqual({});
});

test.each([
  ['RSA-OAEP-256', { modulusLength: 2_048 }, ['encrypt', 'wrapKey']],
  ['RSA-OAEP-256', { modulusLength: 2_048 }, ['verify', 'encrypt']],
  ['ECDH-ES', { crv: 'P-256' }, []],
  ['ECDH-ES', { crv: 'X25519' }, ['deriveBits']],
])('a key of %s %j is taken whose operations are %j', async (alg, options, operations) => {
  const key = { ...(await publicJwk(alg, options)), key_ops: operations };

  expect(await readEncryptionKey(JSON.stringify(key))).toEqual({ kind: 'key', seal: expect.any(Function) });
});

test.each(['', 'not JSON', 'null', '"text"', `{"kty":"RSA","n":"${'x'.repeat(9_000)}"}`])(
  '%.20s is no key',
  async (text) => {
    expect(await readEncryptionKey(text)).toMatchObject({ userErrors: [{ code: 'INVALID_ENCRYPTION_KEY' }] });
  },
);

test('without a key there is nothing to seal with', async () => {
  expect(await readEncryptionKey(null)).toEqual({ kind: 'key', seal: null });
});
