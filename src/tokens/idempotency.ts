import { createHash } from 'node:crypto';
import type { RequestContext } from '../context.ts';
import type { Credential } from '../platform/credential.ts';
import { type Journal, looseJournal, withJournal } from './journal.ts';

/**
 * The journal that a caller's key names, or one for this once when there is no key. Keys belong to a mutation and to the
 * credential that it runs on, so that nobody comes upon what another one created. `BUSY`: see `withJournal`.
 */
export function journalFor<T>(
  context: RequestContext,
  action: string,
  { organizationId, fingerprint }: Credential,
  idempotencyKey: string | null | undefined,
  run: (journal: Journal) => Promise<T>,
): Promise<T | 'BUSY'> {
  if (idempotencyKey == null) return run(looseJournal());
  return withJournal(context, JSON.stringify(['key', action, organizationId, fingerprint, idempotencyKey]), run);
}

/** Tells whether two inputs are the same, without keeping them. */
export function inputMark(input: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('base64url');
}
