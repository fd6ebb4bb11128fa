import { createHash } from 'node:crypto';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';

/**
 * Name of the record that a key stands for. A key belongs to a mutation and to its caller: the organization, whichever of its
 * tokens is presented; of users, whose access tokens change by the hour, those of the organization who work in one project. A
 * token that the platform does not identify has keys of its own, so that nobody comes upon another's by naming a project.
 */
export function nameOfKey(
  action: string,
  { organizationId, projectId, fingerprint, presumption }: TokenManagerCredential,
  idempotencyKey: string,
): string {
  const caller = presumption === undefined ? [organizationId, projectId] : [fingerprint];
  return JSON.stringify(['key', action, ...caller, idempotencyKey]);
}

/** Tells whether two inputs are the same, without keeping them. */
export function hashOfInput(input: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('base64url');
}
