import type { DecodedAnswer } from './answer.ts';
import type { Deadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import { PlatformError } from './errors.ts';

/** Read under way, with the number of its waiters. Goes on as long as anybody waits. */
export class InFlightRequest {
  readonly endpoint: Endpoint;
  readonly answer: Promise<DecodedAnswer<unknown>>;
  readonly deadline: Deadline;
  readonly version: string | null;
  #waiting = 1;

  constructor(endpoint: Endpoint, answer: Promise<DecodedAnswer<unknown>>, deadline: Deadline, version: string | null) {
    this.endpoint = endpoint;
    this.answer = answer;
    this.deadline = deadline;
    this.version = version;
  }

  join(): this {
    this.#waiting += 1;
    return this;
  }

  leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.deadline.cancel();
  }

  /** True if a failure of it says no more than that its time was over. */
  ranOutOfTime(error: unknown): boolean {
    return error instanceof PlatformError && error.kind === 'TIMEOUT' && this.deadline.timeLeft <= 1;
  }

  /**
   * The answer, or a `TIMEOUT` at a deadline before its own: others may have begun it with more time. `leave` is that of the waiter,
   * who may have left before.
   */
  answerBefore(deadline: Deadline, leave: () => void): Promise<DecodedAnswer<unknown>> {
    if (this.deadline.at <= deadline.at) return this.answer;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        leave();
        reject(new PlatformError('TIMEOUT', this.endpoint));
      };
      const timer = setTimeout(giveUp, Math.max(0, deadline.timeLeft));
      this.answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

/**
 * Reads under way, so that equal ones at the same time are one call (design.md 3.5: the key holds the fingerprint). In an
 * object: a `Map` with entries that come and go leaves tables behind. Young collections keep the answers in those, ten
 * megabytes a second under load.
 */
export class InFlightRequests {
  readonly #underWay: Record<string, InFlightRequest | undefined> = Object.create(null);

  /** A read under way with this key that no write has overtaken: one asked under another version is not joined. */
  find(key: string, version: string | null): InFlightRequest | undefined {
    const request = version === null ? undefined : this.#underWay[key];
    return request?.version === version && !request.deadline.isCancelled ? request : undefined;
  }

  /** Makes a read known until it has ended. */
  add(key: string, request: InFlightRequest): void {
    this.#underWay[key] = request;
    const remove = () => {
      if (this.#underWay[key] === request) delete this.#underWay[key];
    };
    request.answer.then(remove, remove);
  }
}
