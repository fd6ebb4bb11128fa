import { UNRESTRICTED } from '../access/principal.ts';
import { isRestricted, type Restriction } from '../access/visibility.ts';
import type { Credential, CredentialKind, Fingerprint } from '../platform/client/credential.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';
import type { PlatformError } from '../platform/client/errors.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import type { Secret } from '../values/secret.ts';
import type { Soon } from '../values/soon.ts';
import { CredentialError, type TokenHolder } from './errors.ts';
import { IdentifiedCredentials, type Target } from './identified.ts';
import { countWithin, type IntrospectedToken, introspectAll } from './introspected.ts';
import type { PresentedToken } from './presented.ts';
import type { TokenIntrospection } from './tokenIntrospection.ts';

/** The tokens of one request, and what they are. */
export class Credentials {
  readonly #present: () => readonly PresentedToken[];
  readonly #introspection: TokenIntrospection;
  readonly #session: PlatformSession;
  readonly #holder: TokenHolder;
  readonly #restriction: Restriction;
  #introspected: Soon<readonly IntrospectedToken[]> | undefined;
  #identified: Promise<IdentifiedCredentials> | undefined;

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
  async introspected(): Promise<readonly IntrospectedToken[]> {
    this.#introspected ??= this.#introspect();
    return this.#introspected;
  }

  /** The credentials, once it is known what all tokens are. Throws when none can be used. */
  identified(): Promise<IdentifiedCredentials> {
    this.#identified ??= this.#identify();
    return this.#identified;
  }

  /** Same as of `IdentifiedCredentials`. */
  async for<Kind extends CredentialKind>(endpoint: Endpoint<Kind>, target: Target): Promise<Credential<Kind>> {
    return (await this.identified()).for(endpoint, target);
  }

  async usable(): Promise<readonly Credential[]> {
    return (await this.identified()).usable;
  }

  async accepted(): Promise<readonly Credential[]> {
    return (await this.identified()).accepted;
  }

  async unidentified(): Promise<PlatformError | undefined> {
    return (await this.identified()).unidentified;
  }

  async organizationOf(projectId: string): Promise<string | null> {
    return (await this.identified()).organizationOf(projectId);
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

  async #identify(): Promise<IdentifiedCredentials> {
    this.#introspected ??= this.#introspect();
    return new IdentifiedCredentials(await this.#introspected, this.#holder, this.#restriction);
  }

  #introspect(): Soon<readonly IntrospectedToken[]> {
    const asked = introspectAll(this.#present(), this.#introspection, this.#session, this.#restriction);
    return asked instanceof Promise ? this.#session.watched('credentials introspect', asked) : asked;
  }
}
