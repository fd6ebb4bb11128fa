import { Deadline } from './deadline.ts';
import type { InFlightRequest } from './inFlight.ts';

/** Time of a session: until the deadline, or until the caller goes away. */
export class Lifetime {
  readonly deadline: Deadline;
  /** Waits and pauses that end when the caller goes away. */
  readonly #endings = new Set<() => void>();

  constructor(milliseconds: number) {
    this.deadline = new Deadline(performance.now() + milliseconds);
  }

  /** Waits, in milliseconds, no longer than to the deadline. False when nobody is waiting any more or no time is left. */
  async pause(milliseconds: number): Promise<boolean> {
    const pause = new Deadline(this.deadline.at);
    const end = () => pause.cancel();
    this.#endings.add(end);
    if (!this.deadline.isCancelled) await pause.pause(Math.max(0, Math.min(milliseconds, this.deadline.timeLeft)));
    this.#endings.delete(end);
    return !this.deadline.isCancelled && this.deadline.timeLeft > 0;
  }

  /** Ends waits and pauses under way, since nobody waits for them. */
  cancel(): void {
    this.deadline.cancel();
    for (const end of this.#endings) end();
    this.#endings.clear();
  }

  /** Sees to it that a read is left when the caller goes away. Answers with the ending, which its caller takes back. */
  leaveAtEnd(inFlight: InFlightRequest): () => void {
    let hasLeft = false;
    const leave = () => {
      if (!hasLeft) inFlight.leave();
      hasLeft = true;
    };
    this.#endings.add(leave);
    if (this.deadline.isCancelled) this.cancel();
    return leave;
  }

  /** Takes back an ending of what has ended. */
  takeBack(ending: () => void): void {
    this.#endings.delete(ending);
  }
}
