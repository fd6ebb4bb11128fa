import { isRestricted, type Restriction, seesProject, wholeOrganization, wholePlatform } from '../access/visibility.ts';
import { type Credential, type CredentialKind, isAccepted } from '../platform/client/credential.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { type CallPlace, choose, organizationOfProject } from './choice.ts';
import { type CredentialError, scopeOf, type TokenHolder, tokenRequired } from './errors.ts';
import { type IntrospectedToken, leftOpen, noneUsable } from './introspected.ts';

/**
 * Object of a call. A caller restricted to some projects is refused `everything` in an organization. `visible projects`
 * promises that nothing else is shown.
 */
export type Target = Extract<CallPlace, { projectId: string }> | OrganizationTarget;

interface OrganizationTarget {
  readonly organizationId: string;
  readonly covers: 'everything' | 'visible projects';
  readonly projectId?: undefined;
}

/** The credentials of one request, once it is known what its tokens are. The choice among them is made in this file and nowhere else. */
export class IdentifiedCredentials {
  /** Credentials for calls, in the order presented: those that the platform accepts, and a user's that is only presumed. */
  readonly usable: readonly Credential[];
  readonly #introspected: readonly IntrospectedToken[];
  readonly #holder: TokenHolder;
  readonly #restriction: Restriction;

  /** Throws when none can be used. */
  constructor(introspected: readonly IntrospectedToken[], holder: TokenHolder, restriction: Restriction) {
    this.usable = introspected.flatMap(({ outcome }) => (outcome instanceof PlatformError ? [] : [outcome]));
    if (this.usable.length === 0) throw noneUsable(introspected, holder);
    this.#introspected = introspected;
    this.#holder = holder;
    this.#restriction = restriction;
  }

  /**
   * Reason why a token could not be introspected, if that leaves open what it opens. Nothing is then absent for certain, nor
   * the only one. Undefined when there is no such token.
   */
  get unidentified(): PlatformError | undefined {
    return leftOpen(this.#introspected);
  }

  /** Credentials that the platform was seen to accept so far, in the order presented. Throws when there is none. */
  get accepted(): readonly Credential[] {
    const accepted = this.usable.filter(isAccepted);
    const refusal = this.usable[0]?.presumption?.refusal;
    if (accepted.length === 0 && refusal) throw refusal;
    return accepted;
  }

  /** The usable credentials, for what covers every organization. Throws `AccessError` for a caller who does not see them all. */
  get forWholePlatform(): readonly Credential[] {
    if (isRestricted(this.#restriction)) throw wholePlatform();
    return this.usable;
  }

  /**
   * Credential for `endpoint` on `target`. Throws `CredentialError` when none is of the right scope. Throws `PlatformError` when the
   * platform could not be asked, or the project does not exist for the caller.
   */
  for<Kind extends CredentialKind>(endpoint: Endpoint<Kind>, target: Target): Credential<Kind> {
    const candidates = this.candidates(endpoint, target);
    if (!candidates) throw new PlatformError('NOT_FOUND', endpoint);
    const [credential] = candidates;
    if (credential) return credential;
    throw this.whyNone(endpoint, target);
  }

  /**
   * The credentials that may open `target` for `endpoint`, the one to try first at the front. Null when the project does not exist for
   * the caller. Throws `AccessError` for what covers more than the caller sees.
   */
  candidates<Kind extends CredentialKind>(endpoint: Endpoint<Kind>, target: Target): Credential<Kind>[] | null {
    if (target.projectId !== undefined) {
      return seesProject(this.#restriction, target.projectId) ? choose(this.usable, endpoint, target) : null;
    }
    if (target.covers === 'everything' && this.#restriction.projects !== null) throw wholeOrganization();
    return choose(this.usable, endpoint, target);
  }

  /** The error for `endpoint` on `target` when no candidate is there. */
  whyNone(endpoint: Endpoint, target: Target): CredentialError | PlatformError {
    return this.unidentified ?? tokenRequired(scopeOf(endpoint), target.projectId, this.#holder);
  }

  /** The organization of a project that the credentials open; null when they belong to several, or do not tell. */
  organizationOf(projectId: string): string | null {
    const [only, ...others] = new Set(this.usable.map(({ organizationId }) => organizationId));
    return organizationOfProject(this.usable, projectId) ?? (others.length === 0 ? (only ?? null) : null);
  }
}
