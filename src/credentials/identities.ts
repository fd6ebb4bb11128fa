import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PlatformSession } from '../platform/client.ts';
import type { Credential, CredentialKind, Fingerprint } from '../platform/credential.ts';
import { PlatformError } from '../platform/errors.ts';
import { type TokenIdentity, validateToken } from '../platform/identity.ts';
import type { Secret } from '../secret.ts';
import type { PresentedToken } from './presented.ts';

/** How long an answer of `validate` is believed: a blocked token keeps its identity no longer than this. */
const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 10_000;

const UNKNOWN: TokenIdentity = { organizationId: null, organizationName: null, projectId: null };

/** Finds out what tokens are, and remembers it under a keyed hash of each. One per process. */
export class Identities {
  readonly #key = createSecretKey(randomBytes(32));
  readonly #remembered = new LRUCache<Fingerprint, TokenIdentity>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });
  #forgotten = 0;

  /** The credential that a presented token is. Throws `PlatformError`, `UNAUTHENTICATED` when the platform refuses it. */
  async identify(token: PresentedToken, session: PlatformSession): Promise<Credential> {
    const fingerprint = this.fingerprint(token);
    const remembered = this.#remembered.get(fingerprint);
    if (remembered) return credentialOf(token, fingerprint, remembered);
    const [forgotten, start] = [this.#forgotten, performance.now()];
    const identity = await askPlatform(token, fingerprint, session);
    // An answer from before a block or a revocation must not be believed after it.
    if (forgotten === this.#forgotten) this.#remembered.set(fingerprint, identity, { start });
    return credentialOf(token, fingerprint, identity);
  }

  /** Drops what is remembered of a token, since it was just blocked or revoked. */
  forget(secret: Secret): void {
    this.#forgotten += 1;
    this.#remembered.delete(this.fingerprint({ secret, oauthProjectId: null }));
  }

  /** Keyed hash of a token, with the project that an OAuth token is used in. The key dies with the process. */
  fingerprint({ secret, oauthProjectId }: PresentedToken): Fingerprint {
    const hash = createHmac('sha256', this.#key)
      .update(oauthProjectId ?? '')
      .update('\n')
      .update(secret.reveal());
    return hash.digest('base64url') as Fingerprint;
  }
}

async function askPlatform(
  token: PresentedToken,
  fingerprint: Fingerprint,
  session: PlatformSession,
): Promise<TokenIdentity> {
  const kind = token.oauthProjectId === null ? 'unidentified' : 'oauth';
  const credential: Credential<'unidentified' | 'oauth'> = {
    ...UNKNOWN,
    kind,
    secret: token.secret,
    fingerprint,
    projectId: token.oauthProjectId,
  };
  try {
    return await validateToken(session.as(credential));
  } catch (error) {
    // Whether `validate` takes a user's token is not documented; one that it does not take is still a token.
    if (kind === 'oauth' && error instanceof PlatformError && REFUSES_THE_KIND.has(error.kind)) return UNKNOWN;
    throw error;
  }
}

const REFUSES_THE_KIND = new Set<PlatformError['kind']>(['FORBIDDEN', 'NOT_FOUND', 'REJECTED', 'BAD_RESPONSE']);

function credentialOf(token: PresentedToken, fingerprint: Fingerprint, identity: TokenIdentity): Credential {
  const { organizationId, organizationName } = identity;
  const projectId = token.oauthProjectId ?? identity.projectId;
  const kind: CredentialKind =
    token.oauthProjectId !== null ? 'oauth' : projectId !== null ? 'project' : 'organization';
  return { kind, secret: token.secret, fingerprint, organizationId, organizationName, projectId };
}
