import pLimit, { type LimitFunction } from 'p-limit';
import type { Credential, CredentialKind } from './credential.ts';
import { DecodeError } from './decode.ts';
import { reportedFailure } from './envelope.ts';
import { isTransient, kindOfAnswer, PlatformError } from './errors.ts';
import { isRead, type Operation } from './operations.ts';
import { type CallArguments, exchangeOf } from './request.ts';
import { delayBefore, MAX_ATTEMPTS, RetryBudgets, retryAfterSeconds } from './retry.ts';
import { type Answer, createTransport, type Flight, type Transport, TransportError } from './transport.ts';

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

/** The platform. One per process: it owns the connections. */
export class Platform {
  readonly #options: PlatformOptions;
  readonly #transport: Transport;
  readonly #budgets = new RetryBudgets();

  constructor(options: PlatformOptions, transport: Transport = createTransport(options.baseUrl)) {
    this.#options = options;
    this.#transport = transport;
  }

  /** Starts a session: the calls made for one request to the facade. */
  session(report: (attempt: AttemptReport) => void): PlatformSession {
    return new PlatformSession(this.#options, this.#transport, this.#budgets, report);
  }

  /** Whether the platform answers at all, found without a credential. */
  async isReachable(timeoutMs: number): Promise<boolean> {
    const path = `${this.#options.baseUrl.pathname.replace(/\/$/, '')}/v1/accessControl/apitoken/validate`;
    try {
      const { status } = await this.#transport.send({ method: 'GET', path, headers: {} }, timeoutMs).answer;
      return status < 500;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

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

  /** Ends the reads under way and to come, since nobody waits for them. Writes go on: half a change helps nobody. */
  cancel(): void {
    this.#isCancelled = true;
    for (const cancel of this.#cancellations) cancel();
  }

  /** Sends a call and decodes its answer. Reads are tried again while that can help; writes are sent once. */
  call<T>(operation: Operation, credential: Credential, args: CallArguments, decode: (body: unknown) => T): Promise<T> {
    return this.#limit(async () => {
      for (let attempt = 1; ; attempt += 1) {
        const failure = await this.#attempt(operation, credential, args, decode, attempt);
        if (!(failure instanceof PlatformError)) return failure.value;
        const delay = delayBefore(attempt, failure);
        if (!this.#mayRetry(operation, credential, failure, attempt, delay)) throw failure;
        await this.#sleep(delay);
      }
    });
  }

  #mayRetry(
    operation: Operation,
    credential: Credential,
    failure: PlatformError,
    attempt: number,
    delay: number,
  ): boolean {
    return (
      isRead(operation) &&
      attempt < MAX_ATTEMPTS &&
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

  constructor(session: PlatformSession, credential: Credential<Kind>) {
    this.#session = session;
    this.credential = credential;
  }

  /** Calls an operation that takes this kind of credential. Throws `PlatformError`. */
  send<T>(operation: Operation<Kind>, args: CallArguments, decode: (body: unknown) => T): Promise<T> {
    return this.#session.call(operation, this.credential, args, decode);
  }
}

function readAnswer<T>(
  operation: Operation,
  answer: Answer,
  decode: (body: unknown) => T,
): { value: T } | PlatformError {
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const body = parseJson(answer.body);
  const reported = reportedFailure(body);
  if (!isSuccess || reported) {
    const platformId = reported?.platformId;
    const retryAfter = retryAfterSeconds(answer.headers['retry-after']);
    const origin = { status: answer.status, platformId, retryAfter };
    return new PlatformError(kindOfAnswer(operation, answer.status, platformId), operation, origin);
  }
  try {
    if (body === undefined && answer.body.trim() !== '') throw new DecodeError('body is not JSON');
    return { value: decode(body) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return new PlatformError(isRead(operation) ? 'BAD_RESPONSE' : 'OUTCOME_UNKNOWN', operation, {
      status: answer.status,
      cause: error,
    });
  }
}

/** Undefined when the text is not JSON. Gateways answer in HTML, deletes with nothing (platform-api.md 3.1, F). */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function transportFailure(operation: Operation, { reason, wasSent, cause }: TransportError): PlatformError {
  if (!isRead(operation) && wasSent) return new PlatformError('OUTCOME_UNKNOWN', operation, { cause });
  switch (reason) {
    case 'timeout':
      return new PlatformError('TIMEOUT', operation, { cause });
    case 'cancelled':
      return new PlatformError('CANCELLED', operation, { cause });
    case 'too-large':
      return new PlatformError('BAD_RESPONSE', operation, { cause });
    case 'connection':
      return new PlatformError('UNAVAILABLE', operation, { cause });
  }
}
