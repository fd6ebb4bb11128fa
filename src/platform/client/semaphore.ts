/**
 * Bounds how many calls of one session are under way; the others wait their turn, in order. Ours rather than a library's
 * (docs/decisions/06): one is made per request, and a call must cost nothing here while there is room.
 */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a slot if one is free. */
  take(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  /** Waits for a slot and takes it. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Gives a slot back: straight to who waits longest, so that nobody who comes later takes it. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
