import { outcomeUnknown } from '../errors.ts';
import { pollUntil } from '../mutations/backoff.ts';
import type { Work } from '../mutations/mutation.ts';
import type { Lost } from '../mutations/sendOnce.ts';
import type { UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { toResult } from '../values/result.ts';
import { type LimitTarget, limitInForce, stateOf } from './target.ts';

/** What the platform lists after a change. */
export interface ObservedLimit {
  /** The limit in force as last listed. Null when there is none, or the list could not be read. */
  readonly limit: UsageLimitRecord | null;
  readonly isConfirmed: boolean;
}

/** Lists the limits until the one in force is as wanted, `VERIFY_TIMEOUT_MS` at most. Notes for the audit log what it saw. */
export async function observe(
  { context, audit, target }: Work<LimitTarget>,
  isAsWanted: (limit: UsageLimitRecord | null) => boolean,
): Promise<ObservedLimit> {
  let seen: { readonly limit: UsageLimitRecord | null } | null = null;
  await pollUntil(context.session, context.verifyTimeoutMs, async (withinMs) => {
    const limit = await toResult(() => limitInForce(context, target, withinMs));
    if (limit instanceof Error) return false;
    seen = { limit };
    return isAsWanted(limit);
  });
  return noted(audit, seen, isAsWanted);
}

function noted(
  audit: Work<LimitTarget>['audit'],
  seen: { readonly limit: UsageLimitRecord | null } | null,
  isAsWanted: (limit: UsageLimitRecord | null) => boolean,
): ObservedLimit {
  const isConfirmed = seen !== null && isAsWanted(seen.limit);
  const outcome = isConfirmed ? 'CONFIRMED' : seen === null ? 'NOT_CHECKED' : 'PENDING';
  audit.note({ after: stateOf(seen?.limit ?? null), verification: { outcome } });
  return { limit: seen?.limit ?? null, isConfirmed };
}

/** A lost answer is made good by what the platform lists, and never by sending again. Throws `OUTCOME_UNKNOWN`. */
export async function findLost(
  work: Work<LimitTarget>,
  { error }: Lost,
  isAsWanted: (limit: UsageLimitRecord | null) => boolean,
  known = '',
): Promise<ObservedLimit> {
  const observed = await observe(work, isAsWanted);
  if (observed.isConfirmed) {
    work.audit.note({ changed: true });
    return observed;
  }
  throw outcomeUnknown(
    `The change was sent, but the answer of the platform was lost: it may or may not have been made. ${known}Read the limit before retrying.`,
    error,
  );
}
