import { createHash } from 'node:crypto';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';

/**
 * Name of the record of a key. A key belongs to a mutation and to an organization, whichever of its tokens is presented. A
 * user's key belongs to the project as well, since access tokens of users change by the hour. An unidentified token has keys of
 * its own, so that nobody reads another's by naming a project. Callers with a token of the company have
 * their own: they share the facade's credentials, and not their secrets.
 */
export function nameOfKey(
  action: string,
  { organizationId, projectId, fingerprint, presumption }: TokenManagerCredential,
  idempotencyKey: string,
  subject: string | null,
): string {
  const caller = presumption === undefined ? [organizationId, projectId] : [fingerprint];
  const person = subject === null ? [] : [{ subject }];
  return JSON.stringify(['key', action, ...caller, ...person, idempotencyKey]);
}

/** Returns a hash by which two inputs are compared without being kept. */
export function hashOfInput(input: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('base64url');
}
