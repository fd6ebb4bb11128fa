import { Session } from 'node:inspector/promises';

/** Fewer steps than these are said for nothing: answers and lines of the log that every request has. */
const FLOOR = 30_000;

/** Counts steps of this process: times that a block of code was entered. Close it when done. */
export class StepCounter {
  readonly #session = new Session();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  async of(work: () => unknown): Promise<number> {
    await this.#take();
    await work();
    return this.#take();
  }

  /** How many times more steps `work` takes with an input four times as big: 4 when it is linear, 16 when it is quadratic. */
  async growth(work: (size: number) => unknown, size: number): Promise<number> {
    const small = await this.of(() => work(size));
    const big = await this.of(() => work(4 * size));
    return big / Math.max(small, FLOOR);
  }

  close(): void {
    this.#session.disconnect();
  }

  async #take(): Promise<number> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    let steps = 0;
    for (const { functions } of result) {
      for (const { ranges } of functions) {
        for (const { count } of ranges) steps += count;
      }
    }
    return steps;
  }
}
