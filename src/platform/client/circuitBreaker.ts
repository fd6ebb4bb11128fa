/** Time between two calls that try whether the platform is back. Milliseconds. */
const PROBE_INTERVAL_MS = 1_000;

/**
 * Circuit breaker: opens when more than half of the last calls failed. One call in a second then tries, and the first success
 * closes it. The share of failures is a moving average, so that nothing has to be stored.
 */
export class CircuitBreaker {
  readonly #weight: number;
  #failing = 0;
  #isOpen = false;
  #probeAt = 0;
  readonly #changed: (isOpen: boolean) => void;

  /** `memory` is the number of calls that the average is about. 0.7 of it in a row open the breaker. `changed` hears of both. */
  constructor(memory: number, changed: (isOpen: boolean) => void = nobody) {
    this.#weight = 1 / memory;
    this.#changed = changed;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Milliseconds until a call may try. Zero if one may now. */
  waitMs(now: number): number {
    return this.#isOpen ? Math.max(0, this.#probeAt - now) : 0;
  }

  /** Notes that a call goes out. */
  pass(now: number): void {
    if (this.#isOpen) this.#probeAt = now + PROBE_INTERVAL_MS;
  }

  report(isFailure: boolean, now: number): void {
    this.#failing += ((isFailure ? 1 : 0) - this.#failing) * this.#weight;
    if (!isFailure) {
      if (this.#isOpen) this.#close();
    } else if (!this.#isOpen && this.#failing > 0.5) {
      this.#isOpen = true;
      this.#probeAt = now + PROBE_INTERVAL_MS;
      this.#changed(true);
    }
  }

  #close(): void {
    this.#failing = 0;
    this.#isOpen = false;
    this.#changed(false);
  }
}

function nobody(): void {}
