import { createHash } from 'node:crypto';
import type { RequestContext } from '../context.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import { isAccepted } from '../platform/credential.ts';
import { settle } from '../settle.ts';
import { type Journal, looseJournal, withJournal } from './journal.ts';

/** The journal that a caller's key names, or one for this once when there is no key. `BUSY`: see `withJournal`. */
export async function journalFor<T>(
  context: RequestContext,
  action: string,
  manager: TokenManagerCredential,
  idempotencyKey: string | null | undefined,
  run: (journal: Journal) => Promise<T>,
): Promise<T | 'BUSY'> {
  if (idempotencyKey == null) return run(looseJournal());
  return withJournal(context, await nameOfKey(context, action, manager, idempotencyKey), run);
}

/**
 * Name of the journal that a key stands for. A key belongs to a mutation and to its caller: the organization, whichever of its
 * tokens is presented; of users, whose access tokens change by the hour, those of the organization who work in one project.
 */
export async function nameOfKey(
  context: RequestContext,
  action: string,
  manager: TokenManagerCredential,
  idempotencyKey: string,
): Promise<string> {
  const { organizationId, projectId, fingerprint } = manager;
  if (!isAccepted(manager) && projectId !== null) {
    // Nobody comes upon the keys of a project without having been let into it.
    await settle(() => context.loaders.apiTokens.reread(manager, projectId));
  }
  const caller = isAccepted(manager) ? [organizationId, projectId] : [fingerprint];
  return JSON.stringify(['key', action, ...caller, idempotencyKey]);
}

/** Tells whether two inputs are the same, without keeping them. */
export function inputMark(input: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('base64url');
}
