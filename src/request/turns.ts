/** Weight that one turn of the event loop begins: about 10 ms of work. A request above it is begun alone. */
export const TURN_WEIGHT = 2_000;

/** Milliseconds of work of a unit of weight, until it was measured. */
const FIRST_GUESS = 0.005;
const MEMORY = 0.9;

/**
 * Pause after a large request, as a share of the time that it took: small ones that came meanwhile can ask the platform and be
 * answered before the next. At most so many milliseconds.
 */
const PAUSE = { share: 0.25, mostMs: 50 } as const;

/** Turns of the event loop: what each begins, and how long it takes. Times are in milliseconds. */
export class Turns {
  #begun = 0;
  /** Part of that weight which belongs to requests begun before. */
  #continued = 0;
  #beganAt = 0;
  /** Time and weight of the last turns, with less of each the older it is. */
  #measuredMs = FIRST_GUESS * TURN_WEIGHT;
  #measuredWeight = TURN_WEIGHT;
  #largeAfter = 0;

  /** Time that a unit of weight takes, with everything that is done beside it. */
  get msPerWeight(): number {
    return this.#measuredMs / this.#measuredWeight;
  }

  start(now: number): void {
    this.#beganAt = now;
  }

  begin(weight: number): void {
    this.#begun += weight;
  }

  /** Notes that so much of what this turn begins is the work of requests begun before. */
  goOn(weight: number): void {
    this.#continued += weight;
  }

  hasRoomFor(weight: number): boolean {
    return this.#begun === 0 || this.#begun + weight <= TURN_WEIGHT;
  }

  /** True if a large request was begun just now. */
  isPausing(now: number): boolean {
    return now < this.#largeAfter;
  }

  /**
   * Ends a turn. The time says something if work was waiting for the turn, and if what it began was not large: that does its work in
   * later turns.
   */
  end(now: number, wasBusy: boolean): void {
    const tookMs = now - this.#beganAt;
    const isLarge = this.#begun > TURN_WEIGHT;
    if (wasBusy && this.#begun > 0 && !isLarge) {
      this.#measuredMs = this.#measuredMs * MEMORY + tookMs;
      // The weight of a request stands for building and for writing its answer.
      this.#measuredWeight = this.#measuredWeight * MEMORY + this.#begun - this.#continued / 2;
    }
    if (isLarge) this.#largeAfter = now + Math.min(PAUSE.mostMs, tookMs * PAUSE.share);
    this.#begun = 0;
    this.#continued = 0;
  }
}
