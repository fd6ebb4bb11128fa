import type { RequestRecord } from '../platform/resources/requests.ts';
import { compare } from '../values/compare.ts';
import { Decimal } from '../values/decimal.ts';

/** Sums of some requests. */
interface Sums {
  readonly requests: number;
  readonly failures: number;
  /** USD. */
  readonly cost: Decimal;
}

/** Sums of the requests of a day in UTC, such as `2026-01-12`. */
export interface DaySums extends Sums {
  readonly day: string;
}

/** Figures of some requests. */
export interface UsageFigures extends Sums {
  readonly averageDurationMs: number | null;
  readonly percentile95DurationMs: number | null;
  /** ISO 8601. */
  readonly lastUsedAt: string | null;
  /** Days with a request, ascending. */
  readonly perDay: readonly DaySums[];
}

/** Adds requests up, by day. Keeps of each no more than its duration. */
export class UsageTotals {
  readonly #byDay = new Map<string, Sums>();
  #lastUsedAt: string | null = null;
  readonly #durations: number[] = [];

  /** `at` is when the request was made, ISO 8601 in UTC. */
  add({ status, cost, durationMs }: RequestRecord, at: string): void {
    this.#addToDay(at.slice(0, 10), { requests: 1, failures: status === 'FAILED' ? 1 : 0, cost: cost ?? Decimal.ZERO });
    if (durationMs !== null) this.#durations.push(durationMs);
    this.#noteUse(at);
  }

  merge(other: UsageTotals): void {
    for (const [day, sums] of other.#byDay) this.#addToDay(day, sums);
    // Not spread into one call: a list can be longer than the arguments that a call takes.
    for (const duration of other.#durations) this.#durations.push(duration);
    if (other.#lastUsedAt !== null) this.#noteUse(other.#lastUsedAt);
  }

  figures(): UsageFigures {
    const durations = this.#durations.toSorted((a, b) => a - b);
    const sum = durations.reduce((total, duration) => total + duration, 0);
    return {
      ...addSums(this.#byDay.values()),
      averageDurationMs: durations.length === 0 ? null : sum / durations.length,
      percentile95DurationMs: nearestRank(durations, 95),
      lastUsedAt: this.#lastUsedAt,
      perDay: [...this.#byDay].sort(([a], [b]) => compare(a, b)).map(([day, sums]) => ({ day, ...sums })),
    };
  }

  #addToDay(day: string, sums: Sums): void {
    const known = this.#byDay.get(day);
    this.#byDay.set(day, known ? plus(known, sums) : sums);
  }

  #noteUse(at: string): void {
    if (this.#lastUsedAt === null || at > this.#lastUsedAt) this.#lastUsedAt = at;
  }
}

/** Figures of all of these together. */
export function figuresOf(parts: Iterable<UsageTotals>): UsageFigures {
  const whole = new UsageTotals();
  for (const part of parts) whole.merge(part);
  return whole.figures();
}

/** Sums of all of these together. */
export function addSums(parts: Iterable<Sums>): Sums {
  return [...parts].reduce(plus, NOTHING);
}

const NOTHING: Sums = { requests: 0, failures: 0, cost: Decimal.ZERO };

function plus(one: Sums, other: Sums): Sums {
  return {
    requests: one.requests + other.requests,
    failures: one.failures + other.failures,
    cost: one.cost.plus(other.cost),
  };
}

/** The least value that at least `percent` of all do not exceed: exact, and one that occurred. Null of none. */
export function nearestRank(ascending: readonly number[], percent: number): number | null {
  return ascending[Math.ceil((ascending.length * percent) / 100) - 1] ?? null;
}
