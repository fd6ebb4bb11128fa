import type { Soon } from '../../values/soon.ts';
import type { PlatformClient } from '../client/client.ts';
import { DecodeError, onlyKnown, optionalText, optionalUuid, wire } from '../client/decode.ts';
import { KEPT_MS, read } from '../client/endpoint.ts';
import { PlatformError } from '../client/errors.ts';

/** Owner of a token, as the platform says (platform-api.md 2.5). */
export interface TokenIdentity {
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly projectId: string | null;
}

const IDENTITY = ['organizationId', 'organizationName', 'projectId', 'projectName'];

/** Introspects the credential itself. */
export const validateToken = read({
  route: 'GET /v1/accessControl/apitoken/validate',
  accepts: ['unidentified', 'oauth'],
  family: 'identity',
  keptMs: KEPT_MS.forSeconds,
  decode: (body, _leftOut, { kind }) => readIdentity(body, kind === 'oauth'),
});

/** Asks what the client's own credential is. Throws `PlatformError`, `UNAUTHENTICATED` when it is not accepted. */
export function introspectToken(client: PlatformClient<'unidentified' | 'oauth'>): Soon<TokenIdentity> {
  const identity = client.ask(validateToken, {});
  const isThere = !(identity instanceof Promise) || client.credential.kind === 'oauth';
  return isThere ? identity : identity.then(undefined, refused);
}

/** An API token always has an organization. The answer about a user's token is not documented (platform-api.md 1.4, 2.5). */
function readIdentity(body: unknown, isUsers: boolean): TokenIdentity {
  const answer = wire(body, 'the identity');
  const organizationId = optionalUuid(answer, 'organizationId');
  if (organizationId === null) {
    if (!isUsers) throw new DecodeError('organizationId is missing');
    onlyKnown(answer, 'the identity', IDENTITY);
  }
  return {
    organizationId,
    organizationName: optionalText(answer, 'organizationName'),
    projectId: optionalUuid(answer, 'projectId'),
  };
}

/** The call holds nothing but the token: a call that is rejected as wrong rejects the token. */
function refused(error: unknown): never {
  if (!(error instanceof PlatformError && error.kind === 'REJECTED')) throw error;
  throw new PlatformError('UNAUTHENTICATED', validateToken, error.origin);
}
