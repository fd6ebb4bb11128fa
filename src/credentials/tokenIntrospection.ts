import { createHmac, hash } from 'node:crypto';
import { type Caches, everywhere } from '../platform/client/answerCache.ts';
import { type Credential, type CredentialKind, type Fingerprint, Presumption } from '../platform/client/credential.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { tokenScope } from '../platform/client/scopes.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import { getProject } from '../platform/resources/projects.ts';
import { introspectToken, type TokenIdentity } from '../platform/resources/tokenIntrospection.ts';
import type { Secret } from '../values/secret.ts';
import { type Soon, whenThere } from '../values/soon.ts';
import type { PresentedToken } from './presented.ts';

const UNKNOWN: TokenIdentity = { organizationId: null, organizationName: null, projectId: null };

/** Finds out what tokens are. The platform's answer is remembered, for seconds, under a keyed hash of the token. */
export class TokenIntrospection {
  readonly #key: string;
  readonly #caches: Caches;

  /**
   * `idSecret` makes equal fingerprints on all replicas, but other ones for each platform: replicas in front of two that
   * share a Redis know nothing of each other. `caches` are where the platform's answers are kept.
   */
  constructor(idSecret: Secret, platform: URL, caches: Caches) {
    // A key of its own, so that no fingerprint is the hash in a token's id.
    const purpose = `credential fingerprint ${platform.href}`;
    this.#key = createHmac('sha256', idSecret.reveal()).update(purpose).digest('base64url');
    this.#caches = caches;
  }

  /**
   * The credential that a presented token is. Throws `PlatformError`, `UNAUTHENTICATED` when the platform refuses an API token. A
   * user's token that it refuses is only presumed to be one.
   */
  introspect(token: PresentedToken, session: PlatformSession): Soon<Credential> {
    const { secret, oauthProjectId } = token;
    const fingerprint = this.fingerprint(token);
    const as = <Kind extends CredentialKind>(kind: Kind, of: TokenIdentity): Credential<Kind> => {
      const { organizationId, organizationName, projectId } = of;
      return { kind, secret, fingerprint, organizationId, organizationName, projectId };
    };
    if (oauthProjectId !== null) return identifyUser(as('oauth', { ...UNKNOWN, projectId: oauthProjectId }), session);
    const identity = introspectToken(session.as(as('unidentified', UNKNOWN)));
    return whenThere(identity, (of) => as(of.projectId === null ? 'organization' : 'project', of));
  }

  /** Drops what is remembered of a token that was changed. Resolves with whether every replica was told. Never rejects. */
  forget(secret: Secret): Promise<boolean> {
    return everywhere(this.#caches, (cache) => cache.forget(this.#scopeOf(secret)));
  }

  /**
   * Runs `watch` while nothing of the tokens is remembered, and drops what is known of them afterwards. `told` is whether every
   * replica did so.
   */
  async watching<T>(secrets: readonly Secret[], watch: () => Promise<T>): Promise<{ seen: T; told: boolean }> {
    const close = (secret: Secret) => everywhere(this.#caches, (cache) => cache.close(this.#scopeOf(secret)));
    await Promise.all(secrets.map(close));
    let seen: T;
    let told: boolean[];
    try {
      seen = await watch();
    } finally {
      told = await Promise.all(secrets.map((secret) => this.forget(secret)));
    }
    return { seen, told: told.every(Boolean) };
  }

  /**
   * Keyed hash of a token, with the project that an OAuth token is used in. Every request and every borrowed token takes
   * one, so that the cost counts. SHA-512/256 of key and token needs no HMAC: nobody can extend the digest to that of a
   * longer text.
   */
  fingerprint(token: PresentedToken): Fingerprint {
    const { secret, oauthProjectId } = token;
    token.fingerprint ??= hash(
      'sha512-256',
      `${this.#key}\n${oauthProjectId ?? ''}\n${secret.reveal()}`,
      'base64url',
    ) as Fingerprint;
    return token.fingerprint;
  }

  /** An API token with its fingerprint, for tokens that many requests take. */
  marked(secret: Secret): PresentedToken {
    const token = { secret, oauthProjectId: null };
    return { ...token, fingerprint: this.fingerprint(token) };
  }

  /** Only API tokens are changed here, never a user's. */
  #scopeOf(secret: Secret): string {
    return tokenScope(this.fingerprint({ secret, oauthProjectId: null }));
  }
}

/**
 * Identity of a user's token. `validate` may take API tokens only, and then the project that the token is used in tells its
 * organization. After another refusal, nothing is known but the caller's word.
 */
async function identifyUser(user: Credential<'oauth'>, session: PlatformSession): Promise<Credential> {
  const { projectId } = user;
  let presumption: Presumption;
  try {
    return { ...user, ...(await introspectToken(session.as(user))), projectId };
  } catch (error) {
    if (!isRefusal(error) || projectId === null) throw error;
    presumption = new Presumption(error);
  }
  try {
    const presumed = session.as({ ...user, presumption });
    const { organizationId, organizationName } = await presumed.call(getProject, { projectId });
    return { ...user, organizationId, organizationName };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...user, presumption: new Presumption(error) };
  }
}

const REFUSALS = new Set<PlatformError['kind']>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'REJECTED',
  'BAD_RESPONSE',
]);

/** True if the endpoint does not take the token, which says nothing about other endpoints. */
function isRefusal(error: unknown): error is PlatformError {
  return error instanceof PlatformError && REFUSALS.has(error.kind);
}
