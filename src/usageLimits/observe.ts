import { outcomeUnknown } from '../errors.ts';
import { pollUntil } from '../mutations/backoff.ts';
import type { Work } from '../mutations/mutation.ts';
import type { Lost } from '../mutations/sendOnce.ts';
import type { UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { toResult } from '../values/result.ts';
import { type LimitTarget, limitInForce, stateOf } from './target.ts';

/** Observation after a change. */
interface ObservedLimit {
  /** Limit in force as last listed. Null if there is none, or the list could not be read. */
  readonly limit: UsageLimitRecord | null;
  readonly isConfirmed: boolean;
}

/** Polls the limits until the one in force is as wanted, at most `VERIFY_TIMEOUT_MS`. Notes the result in the audit log. */
export async function observe(
  { context, audit, target }: Work<LimitTarget>,
  isAsWanted: (limit: UsageLimitRecord | null) => boolean,
): Promise<ObservedLimit> {
  let seen: { readonly limit: UsageLimitRecord | null } | null = null;
  await pollUntil(context.session, context.settings.verifyTimeoutMs, async (withinMs) => {
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

/** Settles a lost answer by listing, never by sending again. Throws `OUTCOME_UNKNOWN` if the limit is not as wanted. */
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
