import type { PlatformError } from './errors.ts';

/**
 * Sign that the end of a call gives of the platform. `outage`: it fails for everybody. `refusal`: it takes no more of this
 * credential. Null: nothing, since the call was left, or got too little time.
 */
export type Sign = 'healthy' | 'outage' | 'refusal' | null;

/** Platform error ids of providers that are down or full (platform-api.md 3.3). */
const OUTAGE_IDS = new Set([100, 150, 153, 500]);

/** Sign that a failure is. `hadTime`: the attempt had enough time to be answered. */
export function signOf({ kind, origin }: PlatformError, hadTime: boolean): Sign {
  const { status, platformId } = origin;
  switch (kind) {
    case 'RATE_LIMITED':
    case 'QUOTA_EXCEEDED':
      return 'refusal';
    case 'UNAVAILABLE':
      return 'outage';
    case 'TIMEOUT':
      return status !== undefined || hadTime ? 'outage' : null;
    case 'OUTCOME_UNKNOWN':
      if (platformId !== undefined) return OUTAGE_IDS.has(platformId) ? 'outage' : null;
      return status === undefined ? (hadTime ? 'outage' : null) : status >= 500 ? 'outage' : null;
    case 'BAD_RESPONSE':
    case 'CANCELLED':
      return null;
    default:
      return 'healthy';
  }
}
