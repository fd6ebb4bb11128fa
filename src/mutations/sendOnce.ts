import { PlatformError } from '../platform/client/errors.ts';
import type { AuditScope } from './auditScope.ts';

/** Write that the platform confirmed. */
export interface Made<Answer> {
  readonly kind: 'made';
  readonly answer: Answer;
}

/** Write whose answer is lost: it may have been made. */
export interface Lost {
  readonly kind: 'lost';
  readonly error: PlatformError;
}

/** Result of a write: made, refused by the platform, or with a lost answer. */
type Sent<Answer> = Made<Answer> | Lost | { readonly kind: 'refused'; readonly error: PlatformError };

/**
 * Sends one write, once, after the intent is in the audit log. `forget` drops remembered answers about the object, also after a
 * lost answer. Throws `AUDIT_UNAVAILABLE` with nothing sent.
 */
export async function sendOnce<Answer>(
  audit: Pick<AuditScope, 'beforeWriting' | 'note'>,
  write: () => Promise<Answer>,
  forget: () => Promise<void> | void = () => undefined,
): Promise<Sent<Answer>> {
  await audit.beforeWriting();
  try {
    const answer = await write();
    audit.note({ changed: true });
    return { kind: 'made', answer };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return { kind: error.kind === 'OUTCOME_UNKNOWN' ? 'lost' : 'refused', error };
  } finally {
    await forget();
  }
}
