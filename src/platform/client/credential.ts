import type { Secret } from '../../values/secret.ts';
import type { PlatformError } from './errors.ts';

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
  /** Why it is not taken for accepted yet. Absent when the platform said what it is; possible for `oauth` only. */
  readonly presumption?: Presumption | undefined;
}

/**
 * A user's token that the platform refused to identify. Other operations may take it all the same (platform-api.md 1.4 and 8), so
 * that it is tried, but it counts as accepted only once the platform took it somewhere.
 */
export class Presumption {
  readonly refusal: PlatformError;
  #isConfirmed = false;

  constructor(refusal: PlatformError) {
    this.refusal = refusal;
  }

  get isConfirmed(): boolean {
    return this.#isConfirmed;
  }

  /** Passes on the answer of a call with the token, whose success confirms it. */
  async confirmedBy<T>(answer: Promise<T>): Promise<T> {
    const value = await answer;
    this.#isConfirmed = true;
    return value;
  }
}

/** Whether the platform was seen to accept the credential. */
export function isAccepted({ presumption }: Credential): boolean {
  return presumption === undefined || presumption.isConfirmed;
}
