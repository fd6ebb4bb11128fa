import { outcomeUnknown } from '../errors.ts';
import { toResult } from '../values/result.ts';
import { pollUntil } from './backoff.ts';
import type { Work } from './mutation.ts';
import type { Lost, Made } from './sendOnce.ts';

/** Reads that show a change. */
interface Watch<T> {
  /** Reads the object from the platform, with a timeout in milliseconds. */
  readonly read: (withinMs: number) => Promise<T>;
  readonly isAsWanted: (value: T) => boolean;
  /** True if reading again would tell no more. Absent: as soon as it is as wanted. */
  readonly isLast?: (value: T) => boolean;
  /** State of the object for the audit log. Absent: none. */
  readonly stateOf?: (value: T) => object | null;
  /** Sentences for people after a lost answer, such as where to look before retrying. */
  readonly advice: string;
}

/** Result of watching a change. */
export interface Watched<T> {
  /** Object as last read. Null if no read succeeded. */
  readonly last: T | null;
  readonly isConfirmed: boolean;
}

/**
 * Reads a changed object until it is as wanted, at most `VERIFY_TIMEOUT_MS`. Notes the result in the audit log. A lost answer is
 * settled by reading, never by sending again. Throws `OUTCOME_UNKNOWN` if the object is not as wanted then.
 */
export async function observeChange<T>(
  { context, audit }: Pick<Work<unknown>, 'context' | 'audit'>,
  sent: Made<unknown> | Lost,
  { read, isAsWanted, isLast = isAsWanted, stateOf, advice }: Watch<T>,
): Promise<Watched<T>> {
  let seen = null as { readonly value: T } | null;
  await pollUntil(context.session, context.settings.verifyTimeoutMs, async (withinMs) => {
    const value = await toResult(() => read(withinMs));
    if (value instanceof Error) return false;
    seen = { value };
    return isLast(value);
  });
  const isConfirmed = seen !== null && isAsWanted(seen.value);
  const outcome = isConfirmed ? 'CONFIRMED' : seen === null ? 'NOT_CHECKED' : 'PENDING';
  audit.note({ verification: { outcome }, ...(stateOf && { after: seen && stateOf(seen.value) }) });
  if (sent.kind === 'lost' && !isConfirmed) {
    throw outcomeUnknown(
      `The change was sent, but the answer of the platform was lost: it may or may not have been made. ${advice}`,
      sent.error,
    );
  }
  audit.note({ changed: true });
  return { last: seen?.value ?? null, isConfirmed };
}
