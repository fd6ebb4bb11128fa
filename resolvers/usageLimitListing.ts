import type { UsageLimitRecord } from '../src/platform/resources/usageLimits.ts';
import { descending, listing } from '../src/request/pagination.ts';

/** Limits by the beginning of their period, newest first. */
export const USAGE_LIMITS = descending(
  listing(
    'usageLimits',
    ({ validFrom }: UsageLimitRecord) => validFrom ?? '',
    ({ id }: UsageLimitRecord) => id ?? '',
  ),
);
