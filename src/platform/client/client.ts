import type { Decode } from './answer.ts';
import { everywhere, type Memories } from './answerCache.ts';
import { CallTally } from './callCounts.ts';
import type { Credential, CredentialKind, Fingerprint } from './credential.ts';
import { Lifeline } from './deadline.ts';
import { PlatformError } from './errors.ts';
import { Flight, type Flights } from './inFlight.ts';
import { isRead, type Operation } from './operations.ts';
import type { CallArguments } from './request.ts';
import type { AttemptReport, Call, Courier, Delivery, Sender } from './retryingClient.ts';
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
      this.tally.count(attempt.operation.route, 'made');
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
    if (!isRead(call.operation)) return this.#write(call);
    if (probeDeadline !== null) return this.#readAlone({ ...call, maxAttempts: 1 }, probeDeadline);
    return this.#readsAfresh && call.operation.remembered !== 'identity' ? this.#readAlone(call) : this.#read(call);
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
    try {
      return (await this.#deliver(call, new Lifeline(this.#life.deadline))).value;
    } finally {
      // Before anybody hears of the write. Also after a lost answer: what was known before may be wrong now.
      await everywhere(this.#shared, (memory) => memory.forget(changedBy(call.credential)));
    }
  }

  async #read<T>(call: Call<T>): Promise<T> {
    const { operation, credential } = call;
    const [scopes, key] = [scopesOf(credential), keyOf(call)];
    const memory = operation.remembered === 'identity' ? this.#shared.identities : this.#shared.answers;
    for (;;) {
      const asked = memory.recall(scopes, operation.remembered === 'no' ? null : key);
      const { version, value } = asked instanceof Promise ? await asked : asked;
      if (value !== undefined) {
        this.tally.count(operation.route, 'remembered');
        return value as T; // it was kept under this very key, by the line below
      }
      const joined = this.#shared.flights.find(key, version)?.join();
      if (joined) this.tally.count(operation.route, 'coalesced');
      const flight = joined ?? this.#takeOff(call, version, key);
      const leave = this.#board(flight);
      try {
        const { value, bytes } = await this.#inTime(flight);
        const isKept = version !== null && !joined && operation.remembered !== 'no';
        if (isKept) memory.keep(scopes, key, { version, value, bytes, forMs: KEPT_MS });
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
    const flight = new Flight(call.operation, this.#deliver(call, life), life, version);
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
        reject(new PlatformError('TIMEOUT', flight.operation));
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

/** The platform as one credential sees it. Its type tells which operations may be called: the table in `operations.ts`. */
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

  /** Calls an operation that takes this kind of credential. Throws `PlatformError`. */
  send<T>(operation: Operation<Kind>, args: CallArguments, decode: Decode<T>): Promise<T> {
    const { credential } = this;
    const answer = this.#session.call({ operation, credential, args, decode }, this.#probeDeadline);
    return credential.presumption ? credential.presumption.confirmedBy(answer) : answer;
  }
}

/** How long an answer is believed, in milliseconds. What a token is, no longer than the rest. */
const KEPT_MS = 5_000;

/** What can make an answer to this credential untrue: a change of the token itself, and one of its organization's objects. */
function scopesOf(credential: Credential): readonly string[] {
  const own = tokenScope(credential.fingerprint);
  const organization = organizationScope(credential);
  return organization === null ? [own] : [own, organization];
}

/** What a write as this credential can make untrue: its organization's objects; of an unknown organization, its own. */
function changedBy(credential: Credential): string {
  return organizationScope(credential) ?? tokenScope(credential.fingerprint);
}

function organizationScope({ kind, organizationId }: Credential): string | null {
  return organizationId === null || kind === 'unidentified' ? null : `organization ${organizationId}`;
}

/** The scope of what is known of one token. */
export function tokenScope(fingerprint: Fingerprint): string {
  return `token ${fingerprint}`;
}

/** Equal for equal reads as the same credential, and for no others: all that a call is sent with is in it. */
function keyOf({ operation, credential, args }: Call<unknown>): string {
  if (typeof args.id === 'object') throw new Error('a read that names a token is neither shared nor kept');
  return `${credential.fingerprint} ${operation.route} ${JSON.stringify(args)}`;
}
