import { type Hidden, problemsOfLog } from './checks.ts';

/** Collects what goes wrong beside the answers: lines of the log, and failures that nobody handles. */
export class Watch {
  readonly wrong: string[] = [];
  /** Called for each. */
  onWrong: () => void = () => undefined;
  readonly #hidden: () => Hidden;

  constructor(hidden: () => Hidden) {
    this.#hidden = hidden;
  }

  readonly onLog = (chunk: string): void => {
    const problems = problemsOfLog(chunk, this.#hidden());
    if (problems.length > 0) this.#note(`log: ${problems.join(', ')}: ${chunk.slice(0, 2_000)}`);
  };

  readonly onUnhandled = (reason: unknown): void => {
    this.#note(`unhandled: ${String(reason)}`);
  };

  /** Hears of what nothing in this process handles. Call the result to end it. */
  listen(): () => void {
    process.on('unhandledRejection', this.onUnhandled).on('uncaughtException', this.onUnhandled);
    return () => process.off('unhandledRejection', this.onUnhandled).off('uncaughtException', this.onUnhandled);
  }

  #note(problem: string): void {
    this.wrong.push(problem);
    this.onWrong();
  }
}
