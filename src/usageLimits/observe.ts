import type { Work } from '../mutations/mutation.ts';
import { observeChange, type Watched } from '../mutations/observeChange.ts';
import type { Lost, Made } from '../mutations/sendOnce.ts';
import type { UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { type LimitTarget, limitInForce, stateOf } from './target.ts';

/** Lists the limits until the one in force, if any, is as wanted. Throws `OUTCOME_UNKNOWN` if a lost answer stays unsettled. */
export function observe(
  work: Work<LimitTarget>,
  sent: Made<unknown> | Lost,
  isAsWanted: (limit: UsageLimitRecord | null) => boolean,
  known = '',
): Promise<Watched<UsageLimitRecord | null>> {
  return observeChange(work, sent, {
    read: (withinMs) => limitInForce(work.context, work.target, withinMs),
    isAsWanted,
    stateOf,
    advice: `${known}Read the limit before retrying.`,
  });
}
