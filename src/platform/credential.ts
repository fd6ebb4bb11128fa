import type { Secret } from '../secret.ts';

/**
 * What a credential is to the platform (platform-api.md 1.3). None replaces another. `unidentified` is an API token that
 * has not been validated yet: it opens nothing but its own validation.
 */
export type CredentialKind = 'unidentified' | 'organization' | 'project' | 'oauth';

declare const fingerprinted: unique symbol;

/** Keyed hash of a credential. Whatever is remembered, shared or counted per credential carries it in its key. */
export type Fingerprint = string & { readonly [fingerprinted]: true };

/** A token of known kind, with what it is known to open. */
export interface Credential<Kind extends CredentialKind = CredentialKind> {
  readonly kind: Kind;
  readonly secret: Secret;
  readonly fingerprint: Fingerprint;
  /** Null when the platform did not tell: possible for `oauth` only. */
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  /** The project it is limited to. Null for `organization`. */
  readonly projectId: string | null;
}
