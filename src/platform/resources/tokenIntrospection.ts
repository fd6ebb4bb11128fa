import type { PlatformClient } from '../client/client.ts';
import { DecodeError, onlyKnown, optionalText, optionalUuid, wire } from '../client/decode.ts';
import { PlatformError } from '../client/errors.ts';
import { operations } from '../client/operations.ts';

/** What the platform says a token belongs to (platform-api.md 2.5). */
export interface TokenIdentity {
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly projectId: string | null;
}

const IDENTITY = ['organizationId', 'organizationName', 'projectId', 'projectName'];

/** Asks what the client's own credential is. Throws `PlatformError`, `UNAUTHENTICATED` when it is not accepted. */
export function validateToken(client: PlatformClient<'unidentified' | 'oauth'>): Promise<TokenIdentity> {
  const isUsers = client.credential.kind === 'oauth';
  const identity = client.send(operations.validateToken, {}, (body) => readIdentity(body, isUsers));
  return isUsers ? identity : identity.then(undefined, refused);
}

/** An API token always has an organization; what is told of a user's token is not documented (platform-api.md 1.4, 2.5). */
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

/** The call holds nothing but the token: whoever rejects it as wrong rejects the token. */
function refused(error: unknown): never {
  if (!(error instanceof PlatformError && error.kind === 'REJECTED')) throw error;
  throw new PlatformError('UNAUTHENTICATED', operations.validateToken, error.origin);
}
