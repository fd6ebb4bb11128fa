import { type DecodedAnswer, isLong, readAnswer, readLongAnswer, transportFailure } from './answer.ts';
import type { Bulkheads } from './bulkheads.ts';
import { type Credential, type CredentialKind, isAccepted } from './credential.ts';
import type { Deadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import { isTransient, PlatformError } from './errors.ts';
import { LONGEST_WAIT_MS } from './lane.ts';
import type { AttemptMark, Origin } from './origin.ts';
import type { Pacer } from './pacer.ts';
import { exchangeOf, type Request } from './request.ts';
import { delayBefore, MAX_ATTEMPTS, type RetryBudget, STRANGER } from './retry.ts';
import { type Answer, type Transport, TransportError } from './transport.ts';

/** A call of the platform with everything that it takes. */
export interface Call<T> {
  readonly endpoint: Endpoint<never, never, T>;
  readonly credential: Credential;
  readonly request: Request;
  /** Reads are sent this many times at most; writes once. */
  readonly maxAttempts?: number;
}

/** One attempt at a call of the platform, for logs and metrics. Holds nothing that could be a secret. */
export interface AttemptReport {
  readonly endpoint: Endpoint;
  readonly credential: CredentialKind;
  /** Keyed hash of the credential. */
  readonly fingerprint: string;
  readonly attempt: number;
  readonly milliseconds: number;
  /** Span of the attempt. Null if none is recorded. */
  readonly spanId: string | null;
  /** HTTP status of the answer. Null if there was none. */
  readonly status: number | null;
  readonly failure: PlatformError | null;
  /** Reasons why elements of the answer were left out, one by one: members by their names, no values. */
  readonly leftOut: readonly string[];
}

export interface Sender {
  readonly origin: Origin;
  readonly turns: Pacer;
  /** Hears of each attempt. */
  readonly report: (attempt: AttemptReport) => void;
  /** Hears of each call that was not sent, and why. */
  readonly withheld: (endpoint: Endpoint, reason: PlatformError) => void;
  /** Called once, when nothing is under way any more, and before anybody has the answer. */
  readonly ended: () => void;
  /** Retries that the request has taken so far. */
  retries: number;
}

/** Parts that send calls: one of each per process. */
interface SendingParts {
  /** Path of the platform's base address, without a slash at its end. */
  readonly prefix: string;
  readonly attemptTimeoutMs: number;
  readonly transport: Transport;
  readonly bulkheads: Bulkheads;
  readonly budget: RetryBudget;
  /** Hears of credentials that the platform does not take any more, before anybody else does. */
  readonly refused: (credential: Credential) => Promise<void>;
}

/** Sends calls, again where that can help. One per process. Knows nothing of who waits. */
export class RetryingClient {
  readonly #parts: SendingParts;
  #inFlight = 0;

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  /** Number of calls under way, pauses between their attempts included. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Throws `PlatformError`. One function waits for it all: a query takes dozens of calls, and each function more that waits costs. */
  async send<T>(call: Call<T>, deadline: Deadline, sender: Sender): Promise<DecodedAnswer<T>> {
    const { endpoint, credential } = call;
    const { bulkheads, budget, refused } = this.#parts;
    const lane = bulkheads.lanes.of(credential, endpoint);
    const payer = lane.isStranger ? STRANGER : credential.fingerprint;
    this.#inFlight += 1;
    let isUnderWay = false;
    let start = 0;
    try {
      for (let attempt = 1; ; attempt += 1) {
        start = performance.now();
        const entry = bulkheads.enter(lane, endpoint, deadline, start);
        if (entry !== null) {
          const refusal = entry instanceof Promise ? await entry : entry;
          if (refusal) {
            sender.withheld(endpoint, refusal);
            throw refusal;
          }
          start = performance.now();
        }
        isUnderWay = true;
        const { headers, spanId } = sender.origin.mark();
        const sent = this.#attempt(call, deadline, start, headers);
        const answer = sent instanceof PlatformError ? sent : await sent;
        const answeredAt = performance.now();
        const reading = answer instanceof PlatformError ? answer : read(call, answer, sender.turns);
        const outcome = reading instanceof Promise ? await reading : reading;
        isUnderWay = false;
        bulkheads.leave(lane, outcome instanceof PlatformError ? outcome : null, start, answeredAt);
        sender.report(reportOf(call, attempt, answeredAt - start, spanId, answer, outcome));
        if (!(outcome instanceof PlatformError)) {
          budget.earn(payer);
          return outcome;
        }
        if (isNews(call, outcome)) await refused(credential);
        const delay = delayBefore(attempt, outcome);
        if (!this.#mayRetry(call, payer, deadline, outcome, attempt, delay, sender)) throw outcome;
        await deadline.pause(delay);
      }
    } finally {
      this.#inFlight -= 1;
      // Something threw: that says nothing of the platform.
      if (isUnderWay) bulkheads.leave(lane, new PlatformError('CANCELLED', endpoint), start);
      sender.ended();
    }
  }

  #mayRetry(
    { endpoint, maxAttempts = MAX_ATTEMPTS }: Call<unknown>,
    payer: string,
    deadline: Deadline,
    failure: PlatformError,
    attempt: number,
    delay: number,
    sender: Sender,
  ): boolean {
    const isOffered =
      endpoint.isRead &&
      attempt < maxAttempts &&
      isTransient(failure) &&
      delay <= LONGEST_WAIT_MS &&
      delay < deadline.timeLeft &&
      this.#parts.budget.spend(payer, sender.retries);
    if (isOffered) sender.retries += 1;
    return isOffered;
  }

  /** The answer to come, or why nothing was sent. `now` is on the clock of `performance.now()`. */
  #attempt(
    { endpoint, credential, request }: Call<unknown>,
    deadline: Deadline,
    now: number,
    marks: AttemptMark['headers'],
  ): Promise<Answer | TransportError> | PlatformError {
    const timeLeft = Math.min(this.#parts.attemptTimeoutMs, deadline.at - now);
    if (timeLeft <= 0) return new PlatformError('TIMEOUT', endpoint);
    // Writes go on: half a change helps nobody.
    if (deadline.isCancelled && endpoint.isRead) return new PlatformError('CANCELLED', endpoint);
    const { prefix, transport } = this.#parts;
    const sent = transport.send(exchangeOf(prefix, credential, request, marks), timeLeft);
    if (endpoint.isRead) deadline.whenCancelled(sent.cancel);
    return sent.outcome;
  }
}

/**
 * True if the credential was accepted before, and is refused now. Nothing is kept of others: a stranger costs nothing beyond
 * the call.
 */
function isNews({ endpoint, credential }: Call<unknown>, { kind }: PlatformError): boolean {
  return kind === 'UNAUTHENTICATED' && endpoint.family !== 'identity' && isAccepted(credential);
}

const NONE: readonly string[] = [];

type Outcome<T> = DecodedAnswer<T> | PlatformError;

function reportOf(
  { endpoint, credential }: Call<unknown>,
  attempt: number,
  milliseconds: number,
  spanId: string | null,
  answer: Answer | TransportError | PlatformError,
  outcome: Outcome<unknown>,
): AttemptReport {
  const status = answer instanceof Error ? null : answer.status;
  const failure = outcome instanceof PlatformError ? outcome : null;
  const leftOut = outcome instanceof PlatformError ? NONE : outcome.leftOut;
  const { kind, fingerprint } = credential;
  return { endpoint, credential: kind, fingerprint, attempt, milliseconds, spanId, status, failure, leftOut };
}

function read<T>(
  { endpoint, credential }: Call<T>,
  outcome: Answer | TransportError,
  turns: Pacer,
): Outcome<T> | Promise<Outcome<T>> {
  if (outcome instanceof TransportError) return transportFailure(endpoint, outcome);
  if (isLong(outcome)) return readLongAnswer(endpoint, outcome, credential, turns);
  return readAnswer(endpoint, outcome, credential);
}
