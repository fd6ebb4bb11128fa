import type { DecodedAnswer } from './answer.ts';
import type { CallCounts } from './callCounts.ts';
import type { Deadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import type { PlatformError } from './errors.ts';
import type { Origin } from './origin.ts';
import type { Pacer } from './pacer.ts';
import type { AttemptReport, Call, Sender } from './retryingClient.ts';
import { Semaphore } from './semaphore.ts';
import type { SharedState } from './sharedState.ts';

/** Calls of one session that are under way at the same time, at most. */
const MAX_PARALLEL_CALLS = 64;

/** Sends the calls of one session, a bounded number at a time. */
export class BoundedSender {
  readonly #shared: SharedState;
  readonly #sender: Sender;
  readonly #semaphore = new Semaphore(MAX_PARALLEL_CALLS);

  constructor(
    shared: SharedState,
    origin: Origin,
    report: (attempt: AttemptReport) => void,
    turns: Pacer,
    callCounts: CallCounts,
  ) {
    this.#shared = shared;
    const counted = (attempt: AttemptReport) => {
      callCounts.count(attempt.endpoint.route, 'made');
      report(attempt);
    };
    const withheld = (endpoint: Endpoint, { kind }: PlatformError) => {
      if (kind === 'CANCELLED') return;
      callCounts.withhold();
      shared.reads.countWithheld(endpoint, kind);
    };
    const ended = () => this.#semaphore.release();
    // By way of names: the engine takes a function expression assigned to a property for a method. A method lives until the
    // next full collection, with all that it reaches.
    this.#sender = { origin, report: counted, withheld, ended, retries: 0, turns };
  }

  /** Sends a call once there is room; the sender's `ended` gives the room back. */
  send<T>(call: Call<T>, deadline: Deadline): Promise<DecodedAnswer<T>> {
    const { client, queue } = this.#shared;
    if (this.#semaphore.tryAcquire()) return client.send(call, deadline, this.#sender);
    queue.waiting += 1;
    return this.#semaphore.acquire().then(() => {
      queue.waiting -= 1;
      return client.send(call, deadline, this.#sender);
    });
  }
}
