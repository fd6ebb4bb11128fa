import { AdaptiveLimit } from './adaptiveLimit.ts';
import { CircuitBreaker } from './circuitBreaker.ts';
import type { Endpoint } from './endpoint.ts';
import { PlatformError, type PlatformErrorKind } from './errors.ts';
import type { Sign } from './health.ts';

/** Waits longer than this end in an error at once. Milliseconds. */
export const LONGEST_WAIT_MS = 1_000;

/** A wish of the platform to wait is remembered for so long at most, in milliseconds: it may have been a mistake. */
const LONGEST_PAUSE_MS = 60_000;

/** Calls in the memory of the breakers. One credential alone cannot open the breaker of a family beside others. */
const MEMORY = { lane: 20, family: 40 } as const;

const LEAST = { lane: 4, family: 8 } as const;

/** Latency beyond which an answer counts as a sign of congestion: this many times the usual one, and some. */
const SLOW = { times: 4, moreMs: 250 } as const;
const LATENCY_WEIGHT = 1 / 50;

/** Bulkhead of a family of endpoints: a bound of its own on calls under way, and a circuit breaker. */
export class FamilyLane {
  readonly limit: AdaptiveLimit;
  readonly breaker: CircuitBreaker;
  /** Lanes with calls that wait, in the order of their turns. */
  readonly waiting: Lane[] = [];
  #usualMs: number | null = null;

  constructor(most: number, changed: (isOpen: boolean) => void) {
    this.limit = new AdaptiveLimit(LEAST.family, most);
    this.breaker = new CircuitBreaker(MEMORY.family, changed);
  }

  /** Notes how long an answer took. True if that is a sign of congestion. */
  isSlow(milliseconds: number): boolean {
    const usual = this.#usualMs ?? milliseconds;
    const bound = usual * SLOW.times + SLOW.moreMs;
    this.#usualMs = usual + (Math.min(milliseconds, bound) - usual) * LATENCY_WEIGHT;
    return milliseconds > bound;
  }
}

/** A call that waits for room. */
export interface Waiter {
  readonly endpoint: Endpoint;
  /** Hears of the room, or why there was none. */
  readonly done: (refusal: PlatformError | null) => void;
}

/** Calls of one credential to one family of endpoints. */
export class Lane {
  readonly family: FamilyLane;
  readonly limit: AdaptiveLimit;
  /** True if the platform took the credential in no call yet. */
  readonly isStranger: boolean;
  readonly breaker = new CircuitBreaker(MEMORY.lane);
  readonly waiters: Waiter[] = [];
  #pausedUntil = 0;
  #kind: PlatformErrorKind = 'UNAVAILABLE';

  constructor(family: FamilyLane, most: number, isStranger: boolean) {
    this.family = family;
    this.isStranger = isStranger;
    this.limit = new AdaptiveLimit(LEAST.lane, most);
  }

  get hasRoom(): boolean {
    return this.limit.hasRoom && this.family.limit.hasRoom;
  }

  /** Milliseconds that the platform asked this credential to wait. */
  pauseMs(now: number): number {
    return Math.max(0, this.#pausedUntil - now);
  }

  /** Reason why a read must not be sent now. */
  refusal(endpoint: Endpoint, now: number): PlatformError | null {
    const pause = this.pauseMs(now);
    if (pause > LONGEST_WAIT_MS) return new PlatformError(this.#kind, endpoint, { retryAfter: pause / 1_000 });
    const own = this.breaker.waitMs(now);
    const wait = Math.max(own, this.family.breaker.waitMs(now));
    if (wait === 0) return null;
    return new PlatformError(own > 0 ? this.#kind : 'UNAVAILABLE', endpoint, { retryAfter: wait / 1_000 });
  }

  begin(now: number): void {
    this.limit.begin();
    this.family.limit.begin();
    this.breaker.pass(now);
    this.family.breaker.pass(now);
  }

  end(sign: Sign, failure: PlatformError | null, startedAt: number, now: number): void {
    const isSlow = sign === 'healthy' && this.family.isSlow(now - startedAt);
    const isOutage = sign === 'outage';
    this.limit.end(sign === null ? null : sign === 'refusal', startedAt, now);
    this.family.limit.end(sign === null ? null : isOutage || isSlow, startedAt, now);
    if (failure) this.#remember(failure, now);
    if (sign === null) return;
    // Calls of a credential that only fails say nothing about others any more.
    if (sign !== 'refusal' && !(isOutage && this.breaker.isOpen)) this.family.breaker.report(isOutage, now);
    this.breaker.report(sign !== 'healthy', now);
  }

  #remember({ kind, origin: { retryAfter } }: PlatformError, now: number): void {
    this.#kind = kind === 'RATE_LIMITED' || kind === 'QUOTA_EXCEEDED' ? kind : 'UNAVAILABLE';
    if (retryAfter === undefined) return;
    const until = now + Math.min(retryAfter * 1_000, LONGEST_PAUSE_MS);
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }
}
