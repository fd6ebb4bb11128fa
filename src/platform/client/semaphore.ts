/**
 * Bounds how much is under way at once; the rest waits its turn, in order. Ours rather than a library's (docs/decisions/06): one is
 * made per request, and a call must cost nothing here while there is room.
 */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(permits: number) {
    this.#free = permits;
  }

  /** Takes a permit if one is free. */
  tryAcquire(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  /** Waits for a permit and takes it. */
  acquire(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Gives a permit back: straight to who waits longest, so that nobody who comes later takes it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }

  /** Results of the task for each item, in order. Rejects as soon as one does; the tasks of the others go on. */
  map<T, Result>(items: readonly T[], task: (item: T) => Promise<Result>): Promise<Result[]> {
    return Promise.all(items.map((item) => this.#run(item, task)));
  }

  async #run<T, Result>(item: T, task: (item: T) => Promise<Result>): Promise<Result> {
    if (!this.tryAcquire()) await this.acquire();
    try {
      return await task(item);
    } finally {
      this.release();
    }
  }
}
