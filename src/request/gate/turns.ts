/** Weight that one turn of the event loop begins: about 10 ms of work. A request above it is begun alone. */
export const TURN_WEIGHT = 2_000;

export function isLarge(weight: number): boolean {
  return weight > TURN_WEIGHT;
}

/** Milliseconds of work of a unit of weight, until it was measured. */
const FIRST_GUESS = 0.005;
const MEMORY = 0.9;

/**
 * Pause after a large request, as a share of the time that it took: small ones that came meanwhile can ask the platform and be
 * answered before the next. At most so many milliseconds.
 */
const PAUSE = { share: 0.25, mostMs: 50 } as const;

/** Turns in a row that begin nothing while connections come. The event loop accepts one in a turn; more would leave no time for work. */
const MOST_PUT_OFF = 8;

/** Turns of the event loop: what each begins, and how long it takes. Times are in milliseconds. */
export class Turns {
  #begun = 0;
  /** True if requests begun before went on in this turn. */
  #isContinued = false;
  #beganAt = 0;
  /** Time and weight of the last turns, with less of each the older it is. */
  #measuredMs = FIRST_GUESS * TURN_WEIGHT;
  #measuredWeight = TURN_WEIGHT;
  #largeAfter = 0;
  #hasConnection = false;
  #putOff = 0;

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

  /** Notes that a large request begun before goes on in this turn. */
  goOn(): void {
    this.#isContinued = true;
  }

  hasRoomFor(weight: number): boolean {
    return this.#begun === 0 || this.#begun + weight <= TURN_WEIGHT;
  }

  /** True if a large request was begun just now. */
  isPausing(now: number): boolean {
    return now < this.#largeAfter;
  }

  /** Notes that a connection was accepted. */
  connect(): void {
    this.#hasConnection = true;
  }

  /** True if a turn shall begin nothing: others may wait to be accepted. */
  isPutOff(): boolean {
    this.#putOff = this.#hasConnection && this.#putOff < MOST_PUT_OFF ? this.#putOff + 1 : 0;
    this.#hasConnection = false;
    return this.#putOff > 0;
  }

  /**
   * Ends a turn. The time says something if work was waiting for the turn, and nothing large had a part in it: that is done in many
   * turns, which other requests arrive in.
   */
  end(now: number, wasBusy: boolean): void {
    const tookMs = now - this.#beganAt;
    const wasLarge = isLarge(this.#begun);
    if (wasBusy && this.#begun > 0 && !wasLarge && !this.#isContinued) {
      this.#measuredMs = this.#measuredMs * MEMORY + tookMs;
      this.#measuredWeight = this.#measuredWeight * MEMORY + this.#begun;
    }
    if (wasLarge) this.#largeAfter = now + Math.min(PAUSE.mostMs, tookMs * PAUSE.share);
    this.#begun = 0;
    this.#isContinued = false;
  }
}
