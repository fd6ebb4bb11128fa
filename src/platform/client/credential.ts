import type { Secret } from '../../values/secret.ts';
import type { Soon } from '../../values/soon.ts';
import { PlatformError } from './errors.ts';

/**
 * Kind of a credential (platform-api.md 1.3). None replaces another. `unidentified` is an API token that is not validated
 * yet, and opens its own validation alone.
 */
export type CredentialKind = 'unidentified' | 'organization' | 'project' | 'oauth';

declare const fingerprinted: unique symbol;

/** Keyed hash of a credential, part of every key of a cache, a call in flight or a count. */
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
  /**
   * Reason why the credential does not count as accepted yet. Absent if the platform identified it; possible for `oauth`
   * only.
   */
  readonly presumption?: Presumption | undefined;
}

/**
 * User's token that the platform refused to identify. Other operations may take it all the same, so that it is tried
 * (platform-api.md 1.4 and 8). The first call that takes it makes it accepted.
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
  async confirmedBy<T>(answer: Soon<T>): Promise<T> {
    const value = await answer;
    this.#isConfirmed = true;
    return value;
  }
}

/** True if the platform was seen to accept the credential. */
export function isAccepted({ presumption }: Credential): boolean {
  return presumption === undefined || presumption.isConfirmed;
}

/** True for the refusal of an API token that was to be identified. Such a token opens nothing: no answer holds anything of it. */
export function isRefusalOf({ kind }: Credential, error: unknown): boolean {
  return kind === 'unidentified' && error instanceof PlatformError && error.kind === 'UNAUTHENTICATED';
}
