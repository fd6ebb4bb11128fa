import type { Work } from '../mutations/mutation.ts';
import { observeChange } from '../mutations/observeChange.ts';
import type { Lost, Made } from '../mutations/sendOnce.ts';
import type { UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { type LimitTarget, limitInForce, stateOf } from './target.ts';

/** Observation after a change. */
interface ObservedLimit {
  /** Limit in force as last listed. Null if there is none, or the list could not be read. */
  readonly limit: UsageLimitRecord | null;
  readonly isConfirmed: boolean;
}

/** Lists the limits until the one in force is as wanted. Throws `OUTCOME_UNKNOWN` if a lost answer stays unsettled. */
export async function observe(
  work: Work<LimitTarget>,
  sent: Made<unknown> | Lost,
  isAsWanted: (limit: UsageLimitRecord | null) => boolean,
  known = '',
): Promise<ObservedLimit> {
  const { seen, isConfirmed } = await observeChange(work, sent, {
    read: (withinMs) => limitInForce(work.context, work.target, withinMs),
    isAsWanted,
    stateOf,
    advice: `${known}Read the limit before retrying.`,
  });
  return { limit: seen?.value ?? null, isConfirmed };
}
