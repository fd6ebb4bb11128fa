import type { ProxySettings } from '../../config/proxy.ts';
import type { Caches } from './answerCache.ts';
import type { InFlightRequests } from './inFlight.ts';
import type { BreakerListener } from './lanes.ts';
import type { ReadCounter } from './readCounter.ts';
import type { RetryingClient } from './retryingClient.ts';

export interface PlatformOptions {
  readonly baseUrl: URL;
  /** Bound of one attempt, in milliseconds. */
  readonly attemptTimeoutMs: number;
  /** Bound of everything that one session sends, retries included, in milliseconds from its start. */
  readonly deadlineMs: number;
  /** Calls of all sessions under way at most. */
  readonly maxCalls?: number;
  /** Proxy of the calls. None if it is absent or null. */
  readonly proxy?: ProxySettings | null;
  readonly onBreaker?: BreakerListener;
}

/** State that the sessions of a platform share. */
export interface SharedState extends Caches {
  readonly options: PlatformOptions;
  readonly client: RetryingClient;
  readonly inFlightRequests: InFlightRequests;
  readonly reads: ReadCounter;
  /** Calls of all sessions that wait for room in theirs. */
  readonly queue: { waiting: number };
}
