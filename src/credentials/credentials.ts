import { type Credential, type CredentialKind, type Fingerprint, isAccepted } from '../platform/client/credential.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';
import { PlatformError } from '../platform/client/errors.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import type { Secret } from '../values/secret.ts';
import { CredentialError } from './errors.ts';
import type { PresentedToken } from './presented.ts';
import type { TokenIntrospection } from './tokenIntrospection.ts';

/** What a call is about: an organization as a whole, or one project, whose organization may be known. */
export type Target =
  | { readonly organizationId: string; readonly projectId?: undefined }
  | { readonly projectId: string; readonly organizationId?: string | null };

const MISSING: Readonly<Record<TokenSource, string>> = {
  caller: 'the request presents none. Add one to the header `geai-tokens`.',
  keyring: 'this server holds none. Its operator can add one to `GEAI_TOKENS`.',
};

/** A presented token, and what it turned out to be. */
export interface IntrospectedToken {
  readonly token: PresentedToken;
  /** The credential, or why there is none: the platform refused it, or could not be asked. */
  readonly outcome: Credential | PlatformError;
}

/** Who holds the tokens that a request runs on. */
type TokenSource = 'caller' | 'keyring';

/** The credentials of one request. The choice among them is made in this file and nowhere else. */
export class Credentials {
  readonly #present: () => readonly PresentedToken[];
  readonly #introspection: TokenIntrospection;
  readonly #session: PlatformSession;
  readonly #source: TokenSource;
  #introspected: Promise<readonly IntrospectedToken[]> | undefined;
  #usable: Promise<readonly Credential[]> | undefined;

  /** `present` gives the tokens of the request; it throws `CredentialError` when they cannot be read. */
  constructor(
    present: () => readonly PresentedToken[],
    introspection: TokenIntrospection,
    session: PlatformSession,
    source: TokenSource = 'caller',
  ) {
    this.#present = present;
    this.#introspection = introspection;
    this.#session = session;
    this.#source = source;
  }

  /** The tokens of the request, whatever they are. None when they cannot be read: then nothing can be sent with them. */
  presented(): readonly PresentedToken[] {
    try {
      return this.#present();
    } catch {
      return [];
    }
  }

  /** Every token of the request with what it is. Asks the platform on first use: who reads nothing, pays nothing. */
  introspected(): Promise<readonly IntrospectedToken[]> {
    this.#introspected ??= this.#introspect();
    return this.#introspected;
  }

  /**
   * The credential for `endpoint` on `target`. Throws `CredentialError` when no presented token is of the right scope, and
   * `PlatformError` when it cannot be known because the platform could not be asked.
   */
  async for<Kind extends CredentialKind>(endpoint: Endpoint<Kind>, target: Target): Promise<Credential<Kind>> {
    const [credential] = choose(await this.usable(), endpoint, target);
    if (credential) return credential;
    throw await this.whyNone(endpoint, target);
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
   * Why a token could not be introspected, when that leaves open what it opens: then nothing can be said to be absent, nor to be the
   * only one. Undefined when there is no such token.
   */
  async unidentified(): Promise<PlatformError | undefined> {
    return worst(await this.introspected());
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
    const [first] = introspected;
    if (first?.outcome instanceof PlatformError) throw worst(introspected) ?? first.outcome;
    throw new CredentialError(
      'UNAUTHENTICATED',
      'The request presents no credential. Send a platform token as `Authorization: Bearer <token>`, or in `geai-tokens`.',
    );
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
    const scope = endpoint.accepts.includes('organization') ? 'ORGANIZATION' : 'PROJECT';
    const { projectId } = target;
    const what = scope === 'PROJECT' ? `a token of the project ${projectId}` : 'a token of the organization';
    return new CredentialError('CREDENTIAL_REQUIRED', `This takes ${what}, and ${MISSING[this.#source]}`, {
      scope,
      ...(projectId === undefined ? {} : { projectId }),
    });
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

  /** Whether the request runs on this very token. */
  runsOn(secret: Secret): boolean {
    return this.#present().some((token) => token.secret.equals(secret));
  }

  async #introspect(): Promise<readonly IntrospectedToken[]> {
    return Promise.all(this.#present().map((token) => this.#outcomeOf(token)));
  }

  async #outcomeOf(token: PresentedToken): Promise<IntrospectedToken> {
    try {
      return { token, outcome: await this.#introspection.introspect(token, this.#session) };
    } catch (error) {
      if (error instanceof PlatformError) return { token, outcome: error };
      throw error;
    }
  }
}

/** Of the usable credentials, those that may open `target` for `endpoint`, the one to try first at the front. */
export function choose<Kind extends CredentialKind>(
  usable: readonly Credential[],
  endpoint: Endpoint<Kind>,
  target: Target,
): Credential<Kind>[] {
  const organizationId = target.organizationId ?? organizationOfProject(usable, target.projectId);
  const opening = withoutEquals(usable.filter((credential) => opens(credential, target.projectId, organizationId)));
  const found: Credential<Kind>[] = [];
  for (const kind of endpoint.accepts) {
    for (const credential of opening) if (isTaken(credential, kind, endpoint)) found.push(credential);
  }
  return found;
}

/** A failure to identify that leaves open what the token is, if there is one. */
function worst(introspected: readonly IntrospectedToken[]): PlatformError | undefined {
  for (const { outcome } of introspected) {
    if (outcome instanceof PlatformError && outcome.kind !== 'UNAUTHENTICATED') return outcome;
  }
  return undefined;
}

/** A project's own token tells which organization the project is in. */
function organizationOfProject(usable: readonly Credential[], projectId: string | undefined): string | null {
  if (projectId === undefined) return null;
  return usable.find((credential) => credential.projectId === projectId)?.organizationId ?? null;
}

function opens(credential: Credential, projectId: string | undefined, organizationId: string | null): boolean {
  if (projectId !== undefined && credential.projectId !== null) return credential.projectId === projectId;
  if (projectId === undefined || organizationId !== null) return credential.organizationId === organizationId;
  return true;
}

/** Of several credentials that open the same, the first: what it does not find, the others would not find either. */
function withoutEquals(credentials: readonly Credential[]): readonly Credential[] {
  if (credentials.length < 2) return credentials;
  const openTo = ({ kind, organizationId, projectId }: Credential) => `${kind} ${organizationId} ${projectId}`;
  return [...Map.groupBy(credentials, openTo).values()].flatMap(([first]) => first ?? []);
}

/** Whether the credential is of this kind, one of those that the endpoint takes. */
function isTaken<Kind extends CredentialKind>(
  credential: Credential,
  kind: CredentialKind,
  _endpoint: Endpoint<Kind>,
): credential is Credential<Kind> {
  return credential.kind === kind;
}
