import { createHmac, hash } from 'node:crypto';
import { type PlatformSession, tokenScope } from '../platform/client.ts';
import type { Credential, CredentialKind, Fingerprint } from '../platform/credential.ts';
import { PlatformError } from '../platform/errors.ts';
import { type TokenIdentity, validateToken } from '../platform/identity.ts';
import type { AnswerMemory } from '../platform/memory.ts';
import type { Secret } from '../secret.ts';
import type { PresentedToken } from './presented.ts';

const UNKNOWN: TokenIdentity = { organizationId: null, organizationName: null, projectId: null };

/** Finds out what tokens are. The platform's answer is remembered, for a minute, under a keyed hash of the token. */
export class Identities {
  readonly #key: string;
  readonly #memory: AnswerMemory;

  /**
   * `idSecret` makes equal fingerprints on all replicas, but other ones for each platform: replicas in front of two that
   * share a Redis know nothing of each other. `memory` is where the answers of `validate` are kept.
   */
  constructor(idSecret: Secret, platform: URL, memory: AnswerMemory) {
    // A key of its own, so that no fingerprint is the mark of a token's id.
    const purpose = `credential fingerprint ${platform.href}`;
    this.#key = createHmac('sha256', idSecret.reveal()).update(purpose).digest('base64url');
    this.#memory = memory;
  }

  /** The credential that a presented token is. Throws `PlatformError`, `UNAUTHENTICATED` when the platform refuses it. */
  async identify(token: PresentedToken, session: PlatformSession): Promise<Credential> {
    const fingerprint = this.fingerprint(token);
    return credentialOf(token, fingerprint, await askPlatform(token, fingerprint, session));
  }

  /** Drops what is remembered of a token, on every replica: it was just blocked, unblocked or revoked. Never rejects. */
  forget(secret: Secret): Promise<void> {
    return this.#memory.forget(tokenScope(this.fingerprint({ secret, oauthProjectId: null })));
  }

  /**
   * Keyed hash of a token, with the project that an OAuth token is used in. One is made for every request and every borrowed token, so
   * that the cost counts: SHA-512/256 of key and token needs no HMAC, since nobody can go on from its digest to that of a longer text.
   */
  fingerprint({ secret, oauthProjectId }: PresentedToken): Fingerprint {
    return hash('sha512-256', `${this.#key}\n${oauthProjectId ?? ''}\n${secret.reveal()}`, 'base64url') as Fingerprint;
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
