import type { PlatformClient } from './client.ts';
import { optionalText, optionalUuid, wire } from './decode.ts';
import { operations } from './operations.ts';

/** What the platform says a token belongs to (platform-api.md 2.5). */
export interface TokenIdentity {
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly projectId: string | null;
}

/** Asks what the client's own credential is. Throws `PlatformError`, `UNAUTHENTICATED` when it is not accepted. */
export function validateToken(client: PlatformClient<'unidentified' | 'oauth'>): Promise<TokenIdentity> {
  return client.send(operations.validateToken, {}, (body) => {
    const answer = wire(body, 'validation');
    return {
      organizationId: optionalUuid(answer, 'organizationId'),
      organizationName: optionalText(answer, 'organizationName'),
      projectId: optionalUuid(answer, 'projectId'),
    };
  });
}
