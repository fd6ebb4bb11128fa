/** Answers that raise the limit by one. */
const ANSWERS_PER_STEP = 2;
/** Share of the limit that stays after a sign of congestion. */
const DECREASE = 0.9;

/**
 * Bound on calls under way that adapts: answers raise it step by step, signs of congestion cut it by a share (AIMD). Signs of
 * calls that began before the last cut say nothing new.
 */
export class AdaptiveLimit {
  readonly #least: number;
  readonly #most: number;
  #limit: number;
  #underWay = 0;
  #cutAt = Number.NEGATIVE_INFINITY;

  constructor(least: number, most: number) {
    this.#least = Math.min(least, most);
    this.#most = most;
    this.#limit = most;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Calls under way at most, at present. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  get hasRoom(): boolean {
    return this.#underWay + 1 <= this.#limit;
  }

  begin(): void {
    this.#underWay += 1;
  }

  /** Ends a call. `isCongested` is null if the end says nothing. Times are on the clock of `performance.now()`. */
  end(isCongested: boolean | null, startedAt: number, now: number): void {
    const wasBusy = this.#underWay * 2 >= this.#limit;
    this.#underWay -= 1;
    if (isCongested === null) return;
    if (!isCongested) {
      // A limit that nobody reaches says nothing about what the platform takes.
      if (wasBusy) this.#limit = Math.min(this.#most, this.#limit + 1 / ANSWERS_PER_STEP);
    } else if (startedAt >= this.#cutAt) {
      this.#limit = Math.max(this.#least, this.#limit * DECREASE);
      this.#cutAt = now;
    }
  }
}
