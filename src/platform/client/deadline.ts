/** How long a call may go on: to its deadline, or until nobody waits for it any more. */
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

  /** What `cancel` ends from now on: the exchange under way, or the pause before the next. */
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
