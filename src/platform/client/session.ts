import type { Soon } from '../../values/soon.ts';
import type { Lookup } from './answerCache.ts';
import { BoundedSender } from './boundedSender.ts';
import type { Dependencies } from './cacheTags.ts';
import { CallCounts } from './callCounts.ts';
import { PlatformClient } from './client.ts';
import { type Credential, type CredentialKind, isRefusalOf } from './credential.ts';
import { Deadline } from './deadline.ts';
import { PlatformError } from './errors.ts';
import { forgetChanged } from './forgetChanged.ts';
import { InFlightRequest } from './inFlight.ts';
import { Lifetime } from './lifetime.ts';
import { inTurn } from './lists.ts';
import { NO_REQUEST, type Origin } from './origin.ts';
import { AT_ONCE, type Pacer } from './pacer.ts';
import { recall, remember } from './remembered.ts';
import type { AttemptReport, Call } from './retryingClient.ts';
import type { SharedState } from './sharedState.ts';

/**
 * State that the calls of a request share: the deadline, the bound on parallel calls, and the end when the caller goes away.
 */
export class PlatformSession {
  readonly callCounts = new CallCounts();
  readonly #shared: SharedState;
  readonly #sender: BoundedSender;
  readonly #origin: Origin;
  readonly #turns: Pacer;
  readonly #dependencies: Dependencies | null;
  readonly #lifetime: Lifetime;
  readonly #deadline: Deadline;
  #readsAfresh = false;
  #keptUntil = Number.POSITIVE_INFINITY;

  /** `dependencies` hears what is read; null if nobody asks. */
  constructor(
    shared: SharedState,
    report: (attempt: AttemptReport) => void,
    origin: Origin = NO_REQUEST,
    turns: Pacer = AT_ONCE,
    dependencies: Dependencies | null = null,
  ) {
    this.#shared = shared;
    this.#dependencies = dependencies;
    this.#lifetime = new Lifetime(shared.options.deadlineMs);
    this.#deadline = this.#lifetime.deadline;
    this.#origin = origin;
    this.#turns = turns;
    this.#sender = new BoundedSender(shared, origin, report, turns, this.callCounts);
  }

  /** A client that can only ever call with `credential`. */
  as<Kind extends CredentialKind>(credential: Credential<Kind>): PlatformClient<Kind> {
    return new PlatformClient(this, credential, null);
  }

  /**
   * Client for polls. Each read is sent once, without a retry, and ends within so many milliseconds. The platform itself
   * answers: nothing kept, and nothing in flight for others.
   */
  probing<Kind extends CredentialKind>(
    credential: Credential<Kind>,
    withinMs = Number.POSITIVE_INFINITY,
  ): PlatformClient<Kind> {
    return new PlatformClient(this, credential, performance.now() + withinMs);
  }

  /**
   * Has the platform itself answer every read from now on, for a change that depends on it. Introspections of tokens stay
   * known, since tokens do not change.
   */
  readAfresh(): void {
    this.#readsAfresh = true;
  }

  /** Waits, in milliseconds, no longer than to the deadline. False when nobody is waiting any more or no time is left. */
  pause(milliseconds: number): Promise<boolean> {
    return this.#lifetime.pause(milliseconds);
  }

  /** Time until which every answer so far is kept, as `performance.now()` counts. Zero if one of them is not. Infinite without a call. */
  get keptUntil(): number {
    return this.#keptUntil;
  }

  /** Takes a token of the request that was identified. */
  opened(credential: Credential): void {
    this.#dependencies?.opened(credential);
  }

  /** True if a write that begins now ends before the deadline. False after the caller went away. */
  get hasTimeForWrite(): boolean {
    const { attemptTimeoutMs, deadlineMs } = this.#shared.options;
    return !this.#deadline.isCancelled && this.#deadline.timeLeft >= Math.min(attemptTimeoutMs, deadlineMs / 2);
  }

  /** True if the caller went away, so that nobody reads the answer. */
  get isAbandoned(): boolean {
    return this.#deadline.isCancelled;
  }

  /** Ends the reads under way and to come, since nobody waits for them. Writes go on: half a change helps nobody. */
  cancel(): void {
    this.#lifetime.cancel();
  }

  /** Returns the work, whose time is recorded under the name if the request is traced. */
  watched<T>(name: string, work: Promise<T>): Promise<T> {
    return this.#origin.watched(name, work);
  }

  /** Sends a call and decodes its answer. Reads are tried again while that can help; writes are sent once. */
  call<T>(call: Call<T>, probeDeadline: number | null): Soon<T> {
    const { endpoint, request } = call;
    if (!endpoint.isRead || endpoint.keptMs === 0 || probeDeadline !== null) this.#keptUntil = 0;
    if (!endpoint.isRead) return this.#write(call);
    // Identities are told by `opened`, once they are known.
    if (endpoint.family !== 'identity') this.#dependencies?.read(call.credential, request);
    if (probeDeadline !== null) return this.#readAlone({ ...call, maxAttempts: 1 }, probeDeadline);
    if (request.key === null || (this.#readsAfresh && endpoint.family !== 'identity')) {
      this.#keptUntil = 0;
      return this.#readAlone(call);
    }
    return this.#read(call, request.key);
  }

  /** Reads past memory and past the reads under way. Nobody joins. */
  async #readAlone<T>(call: Call<T>, endAt = this.#deadline.at): Promise<T> {
    const inFlight = this.#begin(call, null, undefined, endAt);
    const leave = this.#lifetime.leaveAtEnd(inFlight);
    try {
      return (await inFlight.answer).value as T;
    } finally {
      this.#lifetime.takeBack(leave);
    }
  }

  async #write<T>(call: Call<T>): Promise<T> {
    let isRefused = false;
    try {
      return (await this.#sender.send(call, new Deadline(this.#deadline.at))).value;
    } catch (error) {
      isRefused = error instanceof PlatformError && error.kind === 'UNAUTHENTICATED';
      throw error;
    } finally {
      // Before anybody hears of the write, and after a lost answer too, since it may have been made. Not for strangers, who
      // have changed nothing.
      if (!isRefused) await forgetChanged(this.#shared, call);
    }
  }

  #read<T>(call: Call<T>, key: string): Soon<T> {
    const asked = recall(this.#shared, call, key);
    const mustRead = asked instanceof Promise || asked.value === undefined;
    return mustRead ? this.#readOn(call, key, asked) : this.#recalled(call, asked);
  }

  async #readOn<T>(call: Call<T>, key: string, first: Soon<Lookup>): Promise<T> {
    const { endpoint, credential } = call;
    for (let asked = first; ; asked = recall(this.#shared, call, key)) {
      const known = asked instanceof Promise ? await this.watched('cache get', asked) : asked;
      if (known.value !== undefined) return this.#recalled(call, known);
      const { version } = known;
      const joined = this.#shared.inFlightRequests.find(key, version)?.join();
      if (joined) this.callCounts.count(endpoint.route, 'coalesced');
      this.#shared.reads.count(endpoint, joined ? 'coalesced' : 'miss');
      const inFlight = joined ?? this.#begin(call, version, key);
      const leave = this.#lifetime.leaveAtEnd(inFlight);
      try {
        const answer = await inFlight.answerBefore(this.#deadline, leave);
        if (!joined) remember(this.#shared, call, key, version, answer);
        this.#keptUntil = Math.min(this.#keptUntil, version === null ? 0 : performance.now() + endpoint.keptMs);
        return inTurn(answer.value as T, this.#turns);
      } catch (error) {
        if (!isRefusalOf(credential, error)) this.#keptUntil = 0;
        // Others began it, with less time than we have.
        if (!joined?.ranOutOfTime(error) || this.#deadline.timeLeft <= 1) throw error;
      } finally {
        this.#lifetime.takeBack(leave);
      }
    }
  }

  /** The answer of a look-up, which was kept under the key of this very call. */
  #recalled<T>({ endpoint }: Call<T>, { value, keptUntil = 0 }: Lookup): Soon<T> {
    this.callCounts.count(endpoint.route, 'remembered');
    this.#shared.reads.count(endpoint, 'hit');
    this.#keptUntil = Math.min(this.#keptUntil, keptUntil);
    return inTurn(value as T, this.#turns);
  }

  /** Starts a read, which others may join when it has a key. */
  #begin<T>(call: Call<T>, version: string | null, key?: string, endAt = this.#deadline.at): InFlightRequest {
    const own = new Deadline(Math.min(endAt, this.#deadline.at));
    if (this.#deadline.isCancelled) own.cancel();
    const inFlight = new InFlightRequest(call.endpoint, this.#sender.send(call, own), own, version);
    if (key !== undefined) this.#shared.inFlightRequests.add(key, inFlight);
    return inFlight;
  }
}
