import { hash } from 'node:crypto';
import { decodeProtectedHeader, type JWSHeaderParameters, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import type { JwtSettings } from '../config/access.ts';
import { principalOf } from './claims.ts';
import { keysAt, keysIn } from './keySource.ts';
import { type KeyEvents, Keys, type KeyTimes } from './keys.ts';
import type { Principal } from './principal.ts';
import { asRefusal, Refusal } from './refusal.ts';

/** Allowed difference of the clocks, in seconds. */
const CLOCK_SKEW = 30;
const MAX_TOKEN_LENGTH = 8_192;
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** For how long a verified token is remembered, and how many are. */
const REMEMBERED_MS = 10_000;
const MAX_REMEMBERED = 10_000;

const MINUTE = 60_000;
/** An issuer that is down for an hour lets nobody in any more. */
const STALE_MS = 60 * MINUTE;
/** A file is read again after a second, if a token comes. */
const FILE_TIMES: KeyTimes = { cooldownMs: 1_000, freshMs: 1_000, staleMs: STALE_MS };

interface Remembered {
  readonly principal: Principal;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Caller as verified, or why there is none. */
export type Caller = Principal | Refusal;

/** Verifies the company's tokens. */
export class JwtVerifier {
  readonly #settings: JwtSettings;
  readonly #keys: Keys;
  /** By a hash: no token is kept. Replaced when the keys change, so that a verification under way writes into the old one. */
  #remembered = newMemory();

  constructor(settings: JwtSettings, log: Pick<Logger, 'info' | 'error'>, dispatcher?: Dispatcher) {
    const { jwks, jwksTimeoutMs, jwksCooldownMs } = settings;
    const events: KeyEvents = {
      changed: () => {
        // A key that is no longer published ends what it signed.
        this.#remembered = newMemory();
        log.info('keys of the issuer changed');
      },
      failed: (err) => log.error({ err }, 'keys of the issuer not read'),
    };
    const urlTimes = { cooldownMs: jwksCooldownMs, freshMs: Math.max(jwksCooldownMs, 5 * MINUTE), staleMs: STALE_MS };
    this.#settings = settings;
    this.#keys =
      typeof jwks === 'string'
        ? new Keys(keysIn(jwks), FILE_TIMES, events)
        : new Keys(keysAt(jwks, jwksTimeoutMs, dispatcher), urlTimes, events);
  }

  /** Reads the keys now, so that the first caller does not wait for them. Never rejects. */
  refreshKeys(): Promise<void> {
    return this.#keys.refresh();
  }

  /** True if tokens can be verified at the moment. */
  isReady(): Promise<boolean> {
    return this.#keys.areKnown();
  }

  /** Caller that the token names. At once if it was verified a moment ago; a promise otherwise, which never rejects. */
  verify(token: string): Caller | Promise<Caller> {
    if (token.length > MAX_TOKEN_LENGTH) return new Refusal('TOO_LARGE');
    const mark = hash('sha256', token, 'base64url');
    const known = this.#remembered.get(mark);
    if (known && known.until > Date.now()) return known.principal;
    return this.#verify(token, mark).catch(asRefusal);
  }

  async #verify(token: string, mark: string): Promise<Principal> {
    const { issuer, audiences, algorithms } = this.#settings;
    const key = await this.#keys.find(headerOf(token, algorithms));
    const remembered = this.#remembered;
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience: [...audiences],
      algorithms: [...algorithms],
      clockTolerance: CLOCK_SKEW,
      requiredClaims: ['exp'],
    });
    const principal = principalOf(payload, this.#settings);
    const until = Math.min(Date.now() + REMEMBERED_MS, (payload.exp ?? 0) * 1_000);
    remembered.set(mark, { principal, until });
    return principal;
  }
}

function newMemory(): LRUCache<string, Remembered> {
  return new LRUCache({ max: MAX_REMEMBERED });
}

/** Header of a token that may be worth a look at the keys. */
function headerOf(token: string, algorithms: readonly string[]): JWSHeaderParameters {
  const { alg, kid } = SHAPE.test(token) ? decodedHeader(token) : {};
  if (typeof alg !== 'string') throw new Refusal('MALFORMED');
  if (!algorithms.includes(alg)) throw new Refusal('ALGORITHM');
  if (typeof kid !== 'string' || kid === '') throw new Refusal('NO_KEY_ID');
  return { alg, kid };
}

function decodedHeader(token: string): JWSHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new Refusal('MALFORMED');
  }
}
