/**
 * Bounds how many tasks of one session run at the same time; the others wait their turn, in order. Ours rather than a library's
 * (docs/decisions/06): one is made per request, and those there are cost a promise, four closures and accessors of their own each.
 */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      // The slot goes straight to who waits longest, so that nobody who comes later takes it.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
