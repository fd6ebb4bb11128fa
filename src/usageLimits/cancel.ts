import type { UsageLimitUserErrorCode } from '../generated/resolvers.ts';
import { maxPolls } from '../mutations/backoff.ts';
import { mutation, type Work } from '../mutations/mutation.ts';
import { done, type Outcome } from '../mutations/outcome.ts';
import { sendOnce } from '../mutations/sendOnce.ts';
import { PlatformError } from '../platform/client/errors.ts';
import type { UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { observe } from './observe.ts';
import { refusalOf } from './refusal.ts';
import { type LimitedInput, type LimitTarget, limitTarget } from './target.ts';

/** Payload of `cancelUsageLimit`. */
interface CancelledLimit {
  /** Limit before the cancellation. */
  readonly usageLimit: UsageLimitRecord | null;
  readonly changed: boolean;
  readonly isConfirmed: boolean;
}

export const cancelUsageLimit = mutation({
  name: 'cancelUsageLimit',
  takes: 'ORGANIZATION',
  permission: 'geai:limits:write',
  target: limitTarget,
  // The cancellation, and the polls; after a refusal, the list.
  calls: ({ verifyTimeoutMs }) => 1 + maxPolls(verifyTimeoutMs),
  nothing: { usageLimit: null, changed: false, isConfirmed: false } as CancelledLimit,
  run: (work, _input: LimitedInput) => cancel(work),
});

async function cancel(work: Work<LimitTarget>): Promise<Outcome<CancelledLimit, UsageLimitUserErrorCode>> {
  const { context, audit, target } = work;
  const { limit, manager, calls, ids } = target;
  if (!limit) return done({ usageLimit: null, changed: false, isConfirmed: true });
  if (limit.id === null) throw new PlatformError('BAD_RESPONSE', calls.list);
  const limitId = limit.id;
  const isGone = (seen: UsageLimitRecord | null) => seen?.id !== limitId;
  const sent = await sendOnce(audit, () => context.session.as(manager).call(calls.cancel, { ...ids, limitId }));
  if (sent.kind === 'refused') return refusalOf(work, sent.error);
  const { isConfirmed } = await observe(work, sent, isGone);
  return done({ usageLimit: limit, changed: true, isConfirmed });
}
