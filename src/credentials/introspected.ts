import { type Restriction, seesOrganization, seesProject } from '../access/visibility.ts';
import type { Credential } from '../platform/client/credential.ts';
import { PlatformError } from '../platform/client/errors.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import { allThere, type Soon, whenThere } from '../values/soon.ts';
import { CredentialError, type TokenHolder } from './errors.ts';
import type { PresentedToken } from './presented.ts';
import type { TokenIntrospection } from './tokenIntrospection.ts';

/** A presented token, and what it turned out to be. */
export interface IntrospectedToken {
  readonly token: PresentedToken;
  /** The credential, or why there is none: the platform refused it, or could not be asked. */
  readonly outcome: Credential | PlatformError;
}

/** Finds out what tokens are. Leaves out those that open nothing within the restriction: the platform is not asked again about them. */
export function introspectAll(
  tokens: readonly PresentedToken[],
  introspection: TokenIntrospection,
  session: PlatformSession,
  restriction: Restriction,
): Soon<readonly IntrospectedToken[]> {
  const asked = tokens.filter(({ opens }) => opens == null || isWithin(opens, restriction));
  const introspected = allThere(asked.map((token) => introspect(token, introspection, session)));
  return whenThere(introspected, (all) => {
    const within = all.filter(({ outcome }) => outcome instanceof PlatformError || isWithin(outcome, restriction));
    // Tags for routers name organizations: none that the caller does not see.
    for (const { outcome } of within) if (!(outcome instanceof PlatformError)) session.opened(outcome);
    return within;
  });
}

function introspect(
  token: PresentedToken,
  introspection: TokenIntrospection,
  session: PlatformSession,
): Soon<IntrospectedToken> {
  const identified = whenThere(introspection.introspect(token, session), (outcome): IntrospectedToken => {
    token.opens = outcome;
    return { token, outcome };
  });
  if (!(identified instanceof Promise)) return identified;
  return identified.catch((error: unknown) => {
    if (!(error instanceof PlatformError)) throw error;
    if (error.kind === 'UNAUTHENTICATED') token.opens = null;
    return { token, outcome: error };
  });
}

/** Number of tokens that are known to open something within the restriction. One at least: it is not told of the others. */
export function countWithin(tokens: readonly PresentedToken[], restriction: Restriction): number {
  const known = tokens.filter(({ opens }) => opens && isWithin(opens, restriction));
  return Math.max(known.length, Math.min(tokens.length, 1));
}

function isWithin(
  { organizationId, projectId }: Pick<Credential, 'organizationId' | 'projectId'>,
  restriction: Restriction,
): boolean {
  if (projectId !== null && !seesProject(restriction, projectId)) return false;
  return seesOrganization(restriction, organizationId);
}

/** A failure to identify that leaves open what the token is, if there is one. */
export function leftOpen(introspected: readonly IntrospectedToken[]): PlatformError | undefined {
  for (const { outcome } of introspected) {
    if (outcome instanceof PlatformError && outcome.kind !== 'UNAUTHENTICATED') return outcome;
  }
  return undefined;
}

/** The error of a request of which no token can be used. */
export function noneUsable(introspected: readonly IntrospectedToken[], holder: TokenHolder): Error {
  const unknown = leftOpen(introspected);
  if (unknown) return unknown;
  const [first] = introspected;
  if (holder === 'caller' && first?.outcome instanceof PlatformError) return first.outcome;
  // A caller who is let in need not prove anything anew: the operator has to act. Tokens outside the claims change no word of it.
  const message =
    'The platform accepts no token of this server that opens what the caller may see. Notify its operator.';
  return new CredentialError('CREDENTIAL_REQUIRED', message);
}
