import { LRUCache } from 'lru-cache';
import type { PlatformError } from './errors.ts';

/** Times that a read is sent at most. */
export const MAX_ATTEMPTS = 3;

const BASE_DELAY_MS = 50;
const MAX_DELAY_MS = 2_000;

/**
 * Milliseconds before the next attempt: the platform's wish, else a random share of a doubling ceiling. Randomness keeps
 * callers who failed together from coming back together.
 */
export function delayBefore(attempt: number, failure: PlatformError, random: () => number = Math.random): number {
  if (failure.origin.retryAfter !== undefined) return failure.origin.retryAfter * 1000;
  return random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** attempt);
}

/** Seconds of a `Retry-After` header, given as a number or as a date. Undefined when absent or unreadable. */
export function retryAfterSeconds(header: string | string[] | undefined, now: number = Date.now()): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** Counted in tenths of a retry, so that sums stay exact. */
const CAPACITY = 200;
const CAPACITY_OF_ONE = 100;
const COST = 10;
const EARNED_PER_SUCCESS = 1;
const MAX_CREDENTIALS = 10_000;

/** Name under which all credentials that the platform took in no call share what one may hold. */
export const STRANGER = 'stranger';

/** Retries that a request may take, however little is left. */
const LEAST_SHARE = 2;

/**
 * Retries that all requests have left: a success earns a tenth of one, up to 20. A platform that is down for good gets one call for
 * each that callers ask for, and not three. One credential holds half of them at most, one request half of what is left.
 */
export class RetryBudget {
  #left = CAPACITY;
  /** Tenths that credentials have left, of those that spent some. */
  readonly #leftOf = new LRUCache<string, number>({ max: MAX_CREDENTIALS });

  earn(payer: string): void {
    if (this.#left < CAPACITY) this.#left += EARNED_PER_SUCCESS;
    const own = this.#leftOf.get(payer);
    if (own === undefined) return;
    if (own + EARNED_PER_SUCCESS < CAPACITY_OF_ONE) this.#leftOf.set(payer, own + EARNED_PER_SUCCESS);
    else this.#leftOf.delete(payer);
  }

  /** Takes one retry for a request that has taken so many. False when its share is used up. */
  spend(payer: string, taken = 0): boolean {
    const own = this.#leftOf.get(payer) ?? CAPACITY_OF_ONE;
    const left = Math.min(this.#left, own);
    if (left < COST || taken >= Math.max(LEAST_SHARE, left / COST / 2)) return false;
    this.#left -= COST;
    this.#leftOf.set(payer, own - COST);
    return true;
  }
}
