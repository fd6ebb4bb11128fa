import type { RequestRecord } from '../platform/resources/requests.ts';
import { Decimal } from '../values/decimal.ts';

/** Figures of some requests. */
export interface UsageFigures {
  readonly requests: number;
  readonly failures: number;
  /** USD. */
  readonly cost: Decimal;
  readonly averageDurationMs: number | null;
  readonly percentile95DurationMs: number | null;
  /** ISO 8601. */
  readonly lastUsedAt: string | null;
}

/** Adds requests up. Keeps of each no more than its duration. */
export class UsageTotals {
  #requests = 0;
  #failures = 0;
  #cost = Decimal.ZERO;
  #lastUsedAt: string | null = null;
  readonly #durations: number[] = [];

  /** `at` is when the request was made, ISO 8601 in UTC. */
  add({ status, cost, durationMs }: RequestRecord, at: string): void {
    this.#requests += 1;
    if (status === 'FAILED') this.#failures += 1;
    if (cost) this.#cost = this.#cost.plus(cost);
    if (durationMs !== null) this.#durations.push(durationMs);
    if (this.#lastUsedAt === null || at > this.#lastUsedAt) this.#lastUsedAt = at;
  }

  merge(other: UsageTotals): void {
    this.#requests += other.#requests;
    this.#failures += other.#failures;
    this.#cost = this.#cost.plus(other.#cost);
    // Not spread into one call: a list can be longer than the arguments that a call takes.
    for (const duration of other.#durations) this.#durations.push(duration);
    const [mine, theirs] = [this.#lastUsedAt, other.#lastUsedAt];
    if (theirs !== null && (mine === null || theirs > mine)) this.#lastUsedAt = theirs;
  }

  figures(): UsageFigures {
    const durations = this.#durations.toSorted((a, b) => a - b);
    const sum = durations.reduce((total, duration) => total + duration, 0);
    return {
      requests: this.#requests,
      failures: this.#failures,
      cost: this.#cost,
      averageDurationMs: durations.length === 0 ? null : sum / durations.length,
      percentile95DurationMs: nearestRank(durations, 95),
      lastUsedAt: this.#lastUsedAt,
    };
  }
}

/** The least value that at least `percent` of all do not exceed: exact, and one that occurred. Null of none. */
export function nearestRank(ascending: readonly number[], percent: number): number | null {
  return ascending[Math.ceil((ascending.length * percent) / 100) - 1] ?? null;
}
