/** End of a call: its deadline, or the moment when nobody waits any more. */
export class Deadline {
  /** On the clock of `performance.now()`. */
  readonly at: number;
  #isCancelled = false;
  #end: (() => void) | undefined;

  constructor(at: number) {
    this.at = at;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Milliseconds to the deadline; not above zero when it has passed. */
  get timeLeft(): number {
    return this.at - performance.now();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#end?.();
  }

  /** Names the exchange or the pause that `cancel` ends from now on. */
  whenCancelled(end: () => void): void {
    this.#end = end;
  }

  /** Waits, unless cancelled meanwhile. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.whenCancelled(() => {
        clearTimeout(timer);
        resolve();
      });
      if (this.#isCancelled) this.#end?.();
    });
  }
}
