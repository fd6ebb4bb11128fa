import type { Memories } from './answerCache.ts';
import { CallTally } from './callCounts.ts';
import type { Credential, CredentialKind } from './credential.ts';
import { Lifeline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import { PlatformError } from './errors.ts';
import { Flight, type Flights } from './inFlight.ts';
import type { PlatformList } from './lists.ts';
import { type PagedEndpoint, pagesOf } from './pages.ts';
import type { Request } from './request.ts';
import type { AttemptReport, Call, Courier, Delivery, Sender } from './retryingClient.ts';
import { changedBy, scopesOf } from './scopes.ts';
import { Slots } from './semaphore.ts';

export type { AttemptReport } from './retryingClient.ts';

export interface PlatformOptions {
  readonly baseUrl: URL;
  /** Bound of one attempt, in milliseconds. */
  readonly attemptTimeoutMs: number;
  /** Bound of everything that one session sends, retries included, in milliseconds from its start. */
  readonly deadlineMs: number;
}

/** What all sessions share. */
export interface Shared extends Memories {
  readonly options: PlatformOptions;
  readonly courier: Courier;
  readonly flights: Flights;
}

/** Calls of one session that are under way at the same time, at most. */
const MAX_PARALLEL_CALLS = 64;

/** What the calls of one request share: the deadline, the bound on parallel calls, and the end when the caller goes away. */
export class PlatformSession {
  readonly tally = new CallTally();
  readonly #shared: Shared;
  readonly #sender: Sender;
  readonly #life: Lifeline;
  readonly #slots = new Slots(MAX_PARALLEL_CALLS);
  /** What ends when the caller goes away: waiting for reads, and pauses. */
  readonly #endings = new Set<() => void>();
  #readsAfresh = false;

  constructor(shared: Shared, report: (attempt: AttemptReport) => void) {
    this.#shared = shared;
    this.#life = new Lifeline(performance.now() + shared.options.deadlineMs);
    const counted = (attempt: AttemptReport) => {
      this.tally.count(attempt.endpoint.route, 'made');
      report(attempt);
    };
    const ended = () => this.#slots.give();
    // By way of names: a function expression that is assigned to a property outright is taken for a method by the engine, and
    // lives until the next full collection together with all that it reaches.
    this.#sender = { report: counted, ended };
  }

  /** A client that can only ever call with `credential`. */
  as<Kind extends CredentialKind>(credential: Credential<Kind>): PlatformClient<Kind> {
    return new PlatformClient(this, credential, null);
  }

  /**
   * A client for those who ask again and again until something has come true. Its reads are sent once each, so that they use
   * up no retries, are answered by the platform itself and by nothing that is remembered or under way for others, and end
   * within so many milliseconds.
   */
  probing<Kind extends CredentialKind>(
    credential: Credential<Kind>,
    withinMs = Number.POSITIVE_INFINITY,
  ): PlatformClient<Kind> {
    return new PlatformClient(this, credential, performance.now() + withinMs);
  }

  /**
   * Has the platform itself answer every read from now on, for who is about to change something by what it says: nothing that
   * is remembered or under way for others. What a token is does not change, and stays known.
   */
  readAfresh(): void {
    this.#readsAfresh = true;
  }

  /** Waits, in milliseconds, no longer than to the deadline. False when nobody is waiting any more or no time is left. */
  async pause(milliseconds: number): Promise<boolean> {
    const pause = new Lifeline(this.#life.deadline);
    const end = () => pause.cancel();
    this.#endings.add(end);
    if (!this.#life.isCancelled) await pause.pause(Math.max(0, Math.min(milliseconds, this.#life.timeLeft)));
    this.#endings.delete(end);
    return !this.#life.isCancelled && this.#life.timeLeft > 0;
  }

  /**
   * Whether a write that is begun now is answered or given up before the deadline. False too when the caller went away: what
   * nobody waits for is not begun.
   */
  get hasTimeForWrite(): boolean {
    const { attemptTimeoutMs, deadlineMs } = this.#shared.options;
    return !this.#life.isCancelled && this.#life.timeLeft >= Math.min(attemptTimeoutMs, deadlineMs / 2);
  }

  /** Whether the caller went away: nobody will read the answer. */
  get isAbandoned(): boolean {
    return this.#life.isCancelled;
  }

  /** Ends the reads under way and to come, since nobody waits for them. Writes go on: half a change helps nobody. */
  cancel(): void {
    this.#life.cancel();
    for (const end of this.#endings) end();
    this.#endings.clear();
  }

  /** Sends a call and decodes its answer. Reads are tried again while that can help; writes are sent once. */
  call<T>(call: Call<T>, probeDeadline: number | null): Promise<T> {
    const { endpoint, request } = call;
    if (!endpoint.isRead) return this.#write(call);
    if (probeDeadline !== null) return this.#readAlone({ ...call, maxAttempts: 1 }, probeDeadline);
    if (request.key === null || (this.#readsAfresh && endpoint.family !== 'identity')) return this.#readAlone(call);
    return this.#read(call, request.key);
  }

  /** Reads past memory and past the reads under way. Nobody joins. */
  async #readAlone<T>(call: Call<T>, deadline = this.#life.deadline): Promise<T> {
    const flight = this.#takeOff(call, null, undefined, deadline);
    const leave = this.#board(flight);
    try {
      return (await flight.answer).value as T;
    } finally {
      this.#endings.delete(leave);
    }
  }

  async #write<T>(call: Call<T>): Promise<T> {
    let isRefused = false;
    try {
      return (await this.#deliver(call, new Lifeline(this.#life.deadline))).value;
    } catch (error) {
      isRefused = error instanceof PlatformError && error.kind === 'UNAUTHENTICATED';
      throw error;
    } finally {
      // Before anybody hears of the write. Also after a lost answer: what was known before may be wrong now. Not for strangers,
      // who have changed nothing.
      if (!isRefused)
        await Promise.all(changedBy(call.credential, call.endpoint).map((scope) => this.#shared.answers.forget(scope)));
    }
  }

  async #read<T>(call: Call<T>, key: string): Promise<T> {
    const { endpoint, credential } = call;
    const scopes = scopesOf(credential, endpoint);
    const memory = endpoint.family === 'identity' ? this.#shared.identities : this.#shared.answers;
    for (;;) {
      const asked = memory.recall(scopes, endpoint.keptMs === 0 ? null : key);
      const { version, value } = asked instanceof Promise ? await asked : asked;
      if (value !== undefined) {
        this.tally.count(endpoint.route, 'remembered');
        return value as T; // it was kept under this very key, by the line below
      }
      const joined = this.#shared.flights.find(key, version)?.join();
      if (joined) this.tally.count(endpoint.route, 'coalesced');
      const flight = joined ?? this.#takeOff(call, version, key);
      const leave = this.#board(flight);
      try {
        const { value, bytes } = await this.#inTime(flight);
        const isKept = version !== null && !joined && endpoint.keptMs > 0;
        if (isKept) memory.keep(scopes, key, { version, value, bytes, forMs: endpoint.keptMs });
        return value as T;
      } catch (error) {
        // Others began it, and ran out of time before us.
        const isTheirs =
          joined && error instanceof PlatformError && error.kind === 'TIMEOUT' && joined.life.timeLeft <= 1;
        if (!isTheirs || this.#life.timeLeft <= 1) throw error;
      } finally {
        this.#endings.delete(leave);
      }
    }
  }

  /** Starts a read, which others may join when it has a key. */
  #takeOff<T>(call: Call<T>, version: string | null, key?: string, deadline = this.#life.deadline): Flight {
    const life = new Lifeline(Math.min(deadline, this.#life.deadline));
    if (this.#life.isCancelled) life.cancel();
    const flight = new Flight(call.endpoint, this.#deliver(call, life), life, version);
    if (key !== undefined) this.#shared.flights.add(key, flight);
    return flight;
  }

  /** Sees to it that a read is left when the caller goes away. Answers with the ending, which its caller takes back. */
  #board(flight: Flight): () => void {
    const leave = () => flight.leave();
    this.#endings.add(leave);
    if (this.#life.isCancelled) this.cancel();
    return leave;
  }

  /** The answer of a read, as long as this session may wait: others may have begun it with more time. */
  #inTime(flight: Flight): Promise<Delivery<unknown>> {
    if (flight.life.deadline <= this.#life.deadline) return flight.answer;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        flight.leave();
        reject(new PlatformError('TIMEOUT', flight.endpoint));
      };
      const timer = setTimeout(giveUp, Math.max(0, this.#life.timeLeft));
      flight.answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  /** Delivers a call once there is room; the sender's `ended` gives the room back. */
  #deliver<T>(call: Call<T>, life: Lifeline): Promise<Delivery<T>> {
    const { courier } = this.#shared;
    if (this.#slots.take()) return courier.deliver(call, life, this.#sender);
    return this.#slots.turn().then(() => courier.deliver(call, life, this.#sender));
  }
}

/** The platform as one credential sees it. Its type tells which endpoints may be called. */
export class PlatformClient<Kind extends CredentialKind = CredentialKind> {
  readonly credential: Credential<Kind>;
  readonly #session: PlatformSession;
  /** When a probe gives up, on the clock of `performance.now()`. Null for other clients. */
  readonly #probeDeadline: number | null;

  constructor(session: PlatformSession, credential: Credential<Kind>, probeDeadline: number | null) {
    this.#session = session;
    this.credential = credential;
    this.#probeDeadline = probeDeadline;
  }

  /** Calls an endpoint that takes this kind of credential. Throws `PlatformError`. */
  call<Args, T>(endpoint: Endpoint<Kind, Args, T>, args: Args): Promise<T> {
    const { credential } = this;
    let request: Request;
    try {
      request = endpoint.request(args, credential);
    } catch (error) {
      // Inputs are checked before; what slips through is not a fault of ours.
      const isInput = error instanceof URIError;
      return Promise.reject(isInput ? new PlatformError('REJECTED', endpoint, { cause: error }) : error);
    }
    const answer = this.#session.call({ endpoint, credential, request }, this.#probeDeadline);
    return credential.presumption ? credential.presumption.confirmedBy(answer) : answer;
  }

  /** The pages of a list, each asked for when it is wanted: who stops, asks for no more. Throws `PlatformError`. */
  pages<Args, T>(endpoint: PagedEndpoint<Kind, Args, T>, args: Args): AsyncGenerator<PlatformList<T>> {
    return pagesOf((place) => this.call(endpoint, { ...args, ...place }));
  }
}
