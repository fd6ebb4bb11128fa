import { isLarge } from './turns.ts';

/** Wait beyond which requests are shed, in milliseconds. */
const LONGEST_MS = 1_000;
/** The same for small requests under load that lasts, and is no burst. Less would shed at nine tenths of the load, too. */
const LONGEST_LASTING_MS = 40;
/** Wait after which those are shed all the same: others passed them, or work took longer than before. */
const MOST_LASTING_MS = 60;

/** Load lasts once small requests have waited for so long. Load counts as lasting until none was shed for a second. Milliseconds. */
const BURST_MS = 50;
const CALM_MS = 1_000;

/** Small requests that may wait in any case: a few callers who ask again when they are answered are no overload. */
const ALWAYS_WAITING = 16;

/** Decides whether a request may wait, by the time that it would take. Times are in milliseconds. */
export class Backlog {
  #small = 0;
  #busySince = 0;
  #lastingUntil = 0;

  /** True if a request would wait for too long. */
  isTooLong(weight: number, expectedMs: number, now: number): boolean {
    if (isLarge(weight)) return expectedMs > LONGEST_MS;
    if (this.#small < ALWAYS_WAITING) return false;
    if (!this.#isLasting(now)) return expectedMs > LONGEST_MS;
    if (expectedMs <= LONGEST_LASTING_MS) return false;
    this.#lastingUntil = now + CALM_MS;
    return true;
  }

  /** True if a small request has waited for so long under load that lasts that others had better be begun. */
  isTooLate(weight: number, waitedMs: number, now: number): boolean {
    return !isLarge(weight) && waitedMs > MOST_LASTING_MS && now < this.#lastingUntil;
  }

  /** Notes that a request waits. */
  add(weight: number, now: number): void {
    if (isLarge(weight)) return;
    if (this.#small === 0) this.#busySince = now;
    this.#small += 1;
  }

  /** Notes that a request waits no more. */
  remove(weight: number): void {
    if (!isLarge(weight)) this.#small -= 1;
  }

  #isLasting(now: number): boolean {
    return now < this.#lastingUntil || (this.#small > 0 && now - this.#busySince > BURST_MS);
  }
}
