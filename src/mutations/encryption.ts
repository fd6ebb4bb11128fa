import { CompactEncrypt, importJWK, type JWK } from 'jose';
import { isJsonObject, parseJson } from '../values/json.ts';
import type { Secret } from '../values/secret.ts';
import { type Refused, refused } from './outcome.ts';

/** Encrypts a secret for the holder of the private key. Returns a compact JWE (RFC 7516). */
export type Seal = (secret: Secret) => Promise<string>;

interface EncryptionKey {
  readonly kind: 'key';
  /** Null if secrets are returned in clear text. */
  readonly seal: Seal | null;
}

/** Number of characters, above that of any supported key. */
const MAX_KEY_LENGTH = 8_192;
const MIN_RSA_BITS = 2_048;
const CONTENT_ENCRYPTION = 'A256GCM';

/** Members of private and symmetric keys only (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Operations of a public key that allow encryption (RFC 7517, section 4.3). */
const ENCRYPTING: readonly unknown[] = ['encrypt', 'wrapKey', 'deriveKey', 'deriveBits'];

/** Algorithms by type and curve of the key. The first is the default. */
const ALGORITHMS: Record<string, readonly string[]> = {
  'RSA ': ['RSA-OAEP-256'],
  'EC P-256': ['ECDH-ES+A256KW', 'ECDH-ES'],
  'OKP X25519': ['ECDH-ES+A256KW', 'ECDH-ES'],
};

/**
 * Reads a public JWK from JSON text, and encrypts with it once to prove that it works. Refuses a key that cannot be used; the
 * message repeats nothing of it.
 */
export async function readEncryptionKey(
  text: string | null | undefined,
): Promise<EncryptionKey | Refused<'INVALID_ENCRYPTION_KEY'>> {
  if (text == null) return { kind: 'key', seal: null };
  const jwk = parse(text);
  if (!jwk) return unusable('It takes the JSON text of one JWK.');
  if (PRIVATE_MEMBERS.some((member) => member in jwk) || jwk.kty === 'oct') {
    return unusable('It is a private or a symmetric key. Send the public half, and treat this key as exposed.');
  }
  const algorithms = ALGORITHMS[`${jwk.kty} ${jwk.crv ?? ''}`];
  const alg = jwk.alg ?? algorithms?.[0];
  if (!algorithms) return unusable('It takes an RSA key, or one on the curve P-256 or X25519.');
  if (alg === undefined || !algorithms.includes(alg)) {
    return unusable(`With such a key, \`alg\` is ${algorithms.join(' or ')}.`);
  }
  if (jwk.use !== undefined && jwk.use !== 'enc') return unusable('Its `use` is not `enc`: it is not for encryption.');
  if (!mayEncrypt(jwk.key_ops)) return unusable('Its `key_ops` do not name encryption: it is for something else.');
  if (jwk.kty === 'RSA' && isWeak(jwk))
    return unusable(`An RSA key takes at least ${MIN_RSA_BITS} bits and a usual exponent.`);
  return trySeal(jwk, alg);
}

async function trySeal(jwk: JWK, alg: string): Promise<EncryptionKey | Refused<'INVALID_ENCRYPTION_KEY'>> {
  try {
    const { kty, crv, x, y, n, e } = jwk;
    const bare = Object.fromEntries(
      Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined),
    );
    const key = await importJWK(bare, alg);
    const header = { alg, enc: CONTENT_ENCRYPTION, ...(isKeyId(jwk.kid) ? { kid: jwk.kid } : {}) };
    const seal = (bytes: Uint8Array) => new CompactEncrypt(bytes).setProtectedHeader(header).encrypt(key);
    await seal(new Uint8Array(1));
    return { kind: 'key', seal: (secret) => seal(new TextEncoder().encode(secret.reveal())) };
  } catch {
    return unusable('It is not a well-formed key of its kind.');
  }
}

function parse(text: string): JWK | null {
  if (text.length > MAX_KEY_LENGTH) return null;
  const value = parseJson(text);
  return isTextual(value) ? value : null;
}

/** True for an object whose known members are text. */
function isTextual(value: unknown): value is JWK {
  if (!isJsonObject(value)) return false;
  const read = ['kty', 'crv', 'x', 'y', 'n', 'e', 'alg', 'use'];
  return Object.entries(value).every(([name, member]) => !read.includes(name) || typeof member === 'string');
}

/** Keys for key agreement are exported with an empty list of operations. */
function mayEncrypt(operations: unknown): boolean {
  if (operations === undefined) return true;
  return Array.isArray(operations) && (operations.length === 0 || operations.some((name) => ENCRYPTING.includes(name)));
}

function isKeyId(kid: unknown): kid is string {
  return typeof kid === 'string' && kid.length <= 256;
}

function isWeak({ n = '', e = '' }: JWK): boolean {
  const modulus = BigInt(`0x${Buffer.from(n, 'base64url').toString('hex') || '0'}`);
  const exponent = BigInt(`0x${Buffer.from(e, 'base64url').toString('hex') || '0'}`);
  return modulus.toString(2).length < MIN_RSA_BITS || exponent < 65_537n || exponent % 2n === 0n;
}

function unusable(why: string): Refused<'INVALID_ENCRYPTION_KEY'> {
  const message = `\`encryptTo\` cannot be used. ${why}`;
  return refused({ code: 'INVALID_ENCRYPTION_KEY', message, field: 'encryptTo' });
}
