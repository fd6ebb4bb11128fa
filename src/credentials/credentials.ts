import { UNRESTRICTED } from '../access/principal.ts';
import { isRestricted, type Restriction, seesProject, wholeOrganization, wholePlatform } from '../access/visibility.ts';
import { type Credential, type CredentialKind, type Fingerprint, isAccepted } from '../platform/client/credential.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';
import { PlatformError } from '../platform/client/errors.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import type { Secret } from '../values/secret.ts';
import { type CallPlace, choose, organizationOfProject } from './choice.ts';
import { CredentialError, scopeOf, type TokenHolder, tokenRequired } from './errors.ts';
import { countWithin, type IntrospectedToken, introspectAll, leftOpen, noneUsable } from './introspected.ts';
import type { PresentedToken } from './presented.ts';
import type { TokenIntrospection } from './tokenIntrospection.ts';

/**
 * Object of a call. A caller restricted to some projects is refused `everything` in an organization. `visible projects`
 * promises that nothing else is shown.
 */
type Target = Extract<CallPlace, { projectId: string }> | OrganizationTarget;

interface OrganizationTarget {
  readonly organizationId: string;
  readonly covers: 'everything' | 'visible projects';
  readonly projectId?: undefined;
}

/** The credentials of one request. The choice among them is made in this file and nowhere else. */
export class Credentials {
  readonly #present: () => readonly PresentedToken[];
  readonly #introspection: TokenIntrospection;
  readonly #session: PlatformSession;
  readonly #holder: TokenHolder;
  readonly #restriction: Restriction;
  #introspected: Promise<readonly IntrospectedToken[]> | undefined;
  #usable: Promise<readonly Credential[]> | undefined;

  /**
   * `present` gives the tokens of the request; it throws `CredentialError` when they cannot be read. Tokens that open
   * nothing within the restriction are ignored.
   */
  constructor(
    present: () => readonly PresentedToken[],
    introspection: TokenIntrospection,
    session: PlatformSession,
    holder: TokenHolder = 'caller',
    restriction: Restriction = UNRESTRICTED,
  ) {
    this.#restriction = restriction;
    this.#present = present;
    this.#introspection = introspection;
    this.#session = session;
    this.#holder = holder;
  }

  /** The tokens of the request, whatever they are. None when they cannot be read: then nothing can be sent with them. */
  presented(): readonly PresentedToken[] {
    try {
      return this.#present();
    } catch {
      return [];
    }
  }

  /**
   * Number of tokens that calls may be made with, at most. For a restricted caller, those that are known to be within the
   * restriction: what lies outside shows in no number.
   */
  get count(): number {
    const presented = this.presented();
    return isRestricted(this.#restriction) ? countWithin(presented, this.#restriction) : presented.length;
  }

  /** True if the platform was asked of every token what it is, so that `count` leaves none out. */
  get areCountable(): boolean {
    return this.presented().every(({ opens }) => opens !== undefined);
  }

  /** True if the caller presents a token that the platform refuses. A moment later it may open something. */
  get isCallersRefused(): boolean {
    return this.#holder === 'caller' && this.presented().some(({ opens }) => opens === null);
  }

  /** Every token of the request with what it is. Asks the platform on first use: who reads nothing, pays nothing. */
  introspected(): Promise<readonly IntrospectedToken[]> {
    this.#introspected ??= this.#session.watched('credentials introspect', this.#introspect());
    return this.#introspected;
  }

  /**
   * Credential for `endpoint` on `target`. Throws `CredentialError` when no presented token is of the right scope. Throws
   * `PlatformError` when the platform could not be asked, or the project does not exist for the caller.
   */
  async for<Kind extends CredentialKind>(endpoint: Endpoint<Kind>, target: Target): Promise<Credential<Kind>> {
    const candidates = await this.candidates(endpoint, target);
    if (!candidates) throw new PlatformError('NOT_FOUND', endpoint);
    const [credential] = candidates;
    if (credential) return credential;
    throw await this.whyNone(endpoint, target);
  }

  /**
   * The credentials that may open `target` for `endpoint`, the one to try first at the front. Null when the project does not exist for
   * the caller. Throws `AccessError` for what covers more than the caller sees.
   */
  async candidates<Kind extends CredentialKind>(
    endpoint: Endpoint<Kind>,
    target: Target,
  ): Promise<Credential<Kind>[] | null> {
    const usable = await this.usable();
    if (target.projectId !== undefined) {
      return seesProject(this.#restriction, target.projectId) ? choose(usable, endpoint, target) : null;
    }
    if (target.covers === 'everything' && this.#restriction.projects !== null) throw wholeOrganization();
    return choose(usable, endpoint, target);
  }

  /** The usable credentials, for what covers every organization. Throws `AccessError` for a caller who does not see them all. */
  async forWholePlatform(): Promise<readonly Credential[]> {
    const usable = await this.usable();
    if (isRestricted(this.#restriction)) throw wholePlatform();
    return usable;
  }

  /**
   * The credentials that calls may be made with, in the order presented: those that the platform accepts, and a user's that is
   * only presumed. Throws when there is none at all.
   */
  usable(): Promise<readonly Credential[]> {
    this.#usable ??= this.#use();
    return this.#usable;
  }

  /**
   * Reason why a token could not be introspected, if that leaves open what it opens. Nothing is then absent for certain, nor
   * the only one. Undefined when there is no such token.
   */
  async unidentified(): Promise<PlatformError | undefined> {
    return leftOpen(await this.introspected());
  }

  /** The credentials that the platform was seen to accept so far, in the order presented. Throws when there is none. */
  accepted(): Promise<readonly Credential[]> {
    const isAnyUsers = this.presented().some(({ oauthProjectId }) => oauthProjectId !== null);
    return isAnyUsers ? this.#acceptedSoFar() : this.usable();
  }

  async #acceptedSoFar(): Promise<readonly Credential[]> {
    const usable = await this.usable();
    const accepted = usable.filter(isAccepted);
    const refusal = usable[0]?.presumption?.refusal;
    if (accepted.length === 0 && refusal) throw refusal;
    return accepted;
  }

  async #use(): Promise<readonly Credential[]> {
    const introspected = await this.introspected();
    const usable = introspected.flatMap(({ outcome }) => (outcome instanceof PlatformError ? [] : [outcome]));
    if (usable.length > 0) return usable;
    throw noneUsable(introspected, this.#holder);
  }

  /** The organization of a project that the credentials open; null when they belong to several, or do not tell. */
  async organizationOf(projectId: string): Promise<string | null> {
    const usable = await this.usable();
    const [only, ...others] = new Set(usable.map(({ organizationId }) => organizationId));
    return organizationOfProject(usable, projectId) ?? (others.length === 0 ? (only ?? null) : null);
  }

  /** The error for `endpoint` on `target` when no candidate is there. */
  async whyNone(endpoint: Endpoint, target: Target): Promise<CredentialError | PlatformError> {
    const unknown = await this.unidentified();
    if (unknown) return unknown;
    return tokenRequired(scopeOf(endpoint), target.projectId, this.#holder);
  }

  /** Keyed hash of the first token of the request, without asking what it is. Null when there is none that can be read. */
  firstFingerprint(): Fingerprint | null {
    try {
      const [first] = this.#present();
      return first ? this.#introspection.fingerprint(first) : null;
    } catch (error) {
      if (error instanceof CredentialError) return null;
      throw error;
    }
  }

  /** True if the request runs on this very token. */
  runsOn(secret: Secret): boolean {
    return this.#present().some((token) => token.secret.equals(secret));
  }

  async #introspect(): Promise<readonly IntrospectedToken[]> {
    return introspectAll(this.#present(), this.#introspection, this.#session, this.#restriction);
  }
}
