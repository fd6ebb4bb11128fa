import type { Endpoint } from './endpoint.ts';
import type { PlatformErrorKind } from './errors.ts';

/** Origin of the answer to a read: the cache, an equal read under way, or a call of its own. */
type ReadSource = 'hit' | 'coalesced' | 'miss';

/** Counts reads that may be shared, by their origin. One per process. */
export interface ReadCounter {
  count(endpoint: Endpoint, source: ReadSource): void;
  /** Counts a call that was not sent: the platform fails or asked to wait, or there was no room. */
  countWithheld(endpoint: Endpoint, reason: PlatformErrorKind): void;
}

export const UNCOUNTED: ReadCounter = { count: () => undefined, countWithheld: () => undefined };
