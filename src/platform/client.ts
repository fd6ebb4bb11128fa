import pLimit, { type LimitFunction } from 'p-limit';
import { readAnswer, transportFailure } from './answer.ts';
import type { Credential, CredentialKind } from './credential.ts';
import { isTransient, PlatformError } from './errors.ts';
import { isRead, type Operation } from './operations.ts';
import { type CallArguments, exchangeOf } from './request.ts';
import { delayBefore, MAX_ATTEMPTS, type RetryBudgets } from './retry.ts';
import { type Answer, type Flight, type Transport, TransportError } from './transport.ts';

/** One attempt at a platform operation, for logs and metrics. Holds nothing that could be a secret. */
export interface AttemptReport {
  readonly operation: Operation;
  readonly credential: CredentialKind;
  readonly attempt: number;
  readonly milliseconds: number;
  readonly failure: PlatformError | null;
}

export interface PlatformOptions {
  readonly baseUrl: URL;
  /** Bound of one attempt, in milliseconds. */
  readonly attemptTimeoutMs: number;
  /** Bound of everything that one session sends, retries included, in milliseconds from its start. */
  readonly deadlineMs: number;
}

/** Calls of one session that are under way at the same time, at most. */
const MAX_PARALLEL_CALLS = 64;

/** What the calls of one request share: the deadline, the bound on parallel calls, and the end when the caller goes away. */
export class PlatformSession {
  readonly #options: PlatformOptions;
  readonly #transport: Transport;
  readonly #budgets: RetryBudgets;
  readonly #report: (attempt: AttemptReport) => void;
  readonly #deadline: number;
  readonly #limit: LimitFunction = pLimit(MAX_PARALLEL_CALLS);
  readonly #cancellations = new Set<() => void>();
  #isCancelled = false;

  constructor(
    options: PlatformOptions,
    transport: Transport,
    budgets: RetryBudgets,
    report: (attempt: AttemptReport) => void,
  ) {
    this.#options = options;
    this.#transport = transport;
    this.#budgets = budgets;
    this.#report = report;
    this.#deadline = performance.now() + options.deadlineMs;
  }

  /** A client that can only ever call with `credential`. */
  as<Kind extends CredentialKind>(credential: Credential<Kind>): PlatformClient<Kind> {
    return new PlatformClient(this, credential);
  }

  /**
   * A client for those who ask again and again until something has come true. Its reads are sent once each, so that they use
   * up no retries, and are answered by the platform itself and by nothing that is remembered or under way for others.
   */
  probing<Kind extends CredentialKind>(credential: Credential<Kind>): PlatformClient<Kind> {
    return new PlatformClient(this, credential, 1);
  }

  /** Waits, in milliseconds, no longer than to the deadline. False when nobody is waiting any more or no time is left. */
  async pause(milliseconds: number): Promise<boolean> {
    const timeLeft = this.#deadline - performance.now();
    if (!this.#isCancelled && timeLeft > 0) await this.#sleep(Math.min(milliseconds, timeLeft));
    return !this.#isCancelled && performance.now() < this.#deadline;
  }

  /**
   * Whether a write that is begun now is answered or given up before the deadline. False too when the caller went away: what
   * nobody waits for is not begun.
   */
  get hasTimeForWrite(): boolean {
    const { attemptTimeoutMs, deadlineMs } = this.#options;
    const needed = Math.min(attemptTimeoutMs, deadlineMs / 2);
    return !this.#isCancelled && this.#deadline - performance.now() >= needed;
  }

  /** Whether the caller went away: nobody will read the answer. */
  get isAbandoned(): boolean {
    return this.#isCancelled;
  }

  /** Ends the reads under way and to come, since nobody waits for them. Writes go on: half a change helps nobody. */
  cancel(): void {
    this.#isCancelled = true;
    for (const cancel of this.#cancellations) cancel();
  }

  /** Sends a call and decodes its answer. Reads are tried again while that can help; writes are sent once. */
  call<T>(
    operation: Operation,
    credential: Credential,
    args: CallArguments,
    decode: (body: unknown) => T,
    maxAttempts: number = MAX_ATTEMPTS,
  ): Promise<T> {
    return this.#limit(async () => {
      for (let attempt = 1; ; attempt += 1) {
        const failure = await this.#attempt(operation, credential, args, decode, attempt);
        if (!(failure instanceof PlatformError)) return failure.value;
        const delay = delayBefore(attempt, failure);
        if (attempt >= maxAttempts || !this.#mayRetry(operation, credential, failure, delay)) throw failure;
        await this.#sleep(delay);
      }
    });
  }

  #mayRetry(operation: Operation, credential: Credential, failure: PlatformError, delay: number): boolean {
    return (
      isRead(operation) &&
      isTransient(failure) &&
      performance.now() + delay < this.#deadline &&
      this.#budgets.spend(credential.fingerprint)
    );
  }

  async #attempt<T>(
    operation: Operation,
    credential: Credential,
    args: CallArguments,
    decode: (body: unknown) => T,
    attempt: number,
  ): Promise<{ value: T } | PlatformError> {
    const start = performance.now();
    const outcome = await this.#exchange(operation, credential, args, decode);
    const failure = outcome instanceof PlatformError ? outcome : null;
    if (!failure) this.#budgets.earn(credential.fingerprint);
    const milliseconds = performance.now() - start;
    this.#report({ operation, credential: credential.kind, attempt, milliseconds, failure });
    return outcome;
  }

  async #exchange<T>(
    operation: Operation,
    credential: Credential,
    args: CallArguments,
    decode: (body: unknown) => T,
  ): Promise<{ value: T } | PlatformError> {
    const timeLeft = Math.min(this.#options.attemptTimeoutMs, this.#deadline - performance.now());
    if (timeLeft <= 0) return new PlatformError('TIMEOUT', operation);
    if (this.#isCancelled && isRead(operation)) return new PlatformError('CANCELLED', operation);
    try {
      const exchange = exchangeOf(this.#options.baseUrl, operation, credential, args);
      const answer = await this.#await(operation, this.#transport.send(exchange, timeLeft));
      return readAnswer(operation, answer, decode);
    } catch (error) {
      if (error instanceof TransportError) return transportFailure(operation, error);
      throw error;
    }
  }

  async #await(operation: Operation, flight: Flight): Promise<Answer> {
    if (!isRead(operation)) return flight.answer;
    this.#cancellations.add(flight.cancel);
    try {
      return await flight.answer;
    } finally {
      this.#cancellations.delete(flight.cancel);
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#cancellations.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#cancellations.add(done);
    });
  }
}

/** The platform as one credential sees it. Its type tells which operations may be called: the table in `operations.ts`. */
export class PlatformClient<Kind extends CredentialKind = CredentialKind> {
  readonly credential: Credential<Kind>;
  readonly #session: PlatformSession;
  readonly #maxAttempts: number;

  constructor(session: PlatformSession, credential: Credential<Kind>, maxAttempts: number = MAX_ATTEMPTS) {
    this.#session = session;
    this.credential = credential;
    this.#maxAttempts = maxAttempts;
  }

  /** Calls an operation that takes this kind of credential. Throws `PlatformError`. */
  send<T>(operation: Operation<Kind>, args: CallArguments, decode: (body: unknown) => T): Promise<T> {
    return this.#session.call(operation, this.credential, args, decode, this.#maxAttempts);
  }
}
