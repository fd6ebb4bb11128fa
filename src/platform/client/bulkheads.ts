import { AdaptiveLimit } from './adaptiveLimit.ts';
import type { Deadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import { PlatformError } from './errors.ts';
import { signOf } from './health.ts';
import { type FamilyLane, type Lane, LONGEST_WAIT_MS, type Waiter } from './lane.ts';
import { type BreakerListener, Lanes } from './lanes.ts';

/** Calls that wait for room at most. */
const MAX_WAITING = 10_000;

/** Calls that are let through, however bad the signs. */
const LEAST_IN_ALL = 64;

interface BulkheadOptions {
  /** Calls under way at most. A family of endpoints takes half of them, one credential half of that. */
  readonly maxCalls: number;
  /** Bound of one attempt, in milliseconds. */
  readonly attemptTimeoutMs: number;
  readonly onBreaker?: BreakerListener | undefined;
}

/**
 * Admission of all calls to the transport. Bounds calls under way in total, per family of endpoints, and per credential. So no
 * family and no credential takes the room of others. A call waits for nothing while there is room.
 */
export class Bulkheads {
  readonly #options: BulkheadOptions;
  readonly #total: AdaptiveLimit;
  readonly lanes: Lanes;
  /** Families with calls that wait, in the order of their turns. */
  readonly #waiting: FamilyLane[] = [];
  #waiters = 0;

  constructor(options: BulkheadOptions) {
    this.#options = options;
    this.lanes = new Lanes(options.maxCalls, options.onBreaker);
    this.#total = new AdaptiveLimit(LEAST_IN_ALL, options.maxCalls);
  }

  /** Calls that wait for room. */
  get waiting(): number {
    return this.#waiters;
  }

  get underWay(): number {
    return this.#total.underWay;
  }

  /** Lets a call through: null, at once where there is room. Else why it must not be sent. Every `null` takes one `leave`. */
  enter(
    lane: Lane,
    endpoint: Endpoint,
    deadline: Deadline,
    now: number,
  ): PlatformError | null | Promise<PlatformError | null> {
    if (deadline.at <= now) return new PlatformError('TIMEOUT', endpoint);
    // Writes are always tried: a token to block must not wait for a better day. Writes of callers who left go on, too.
    if (endpoint.isRead) {
      if (deadline.isCancelled) return new PlatformError('CANCELLED', endpoint);
      const refusal = lane.refusal(endpoint, now);
      if (refusal) return refusal;
      const pause = lane.pauseMs(now);
      if (pause > 0) return this.#enterAfter(pause, lane, endpoint, deadline);
    }
    if (lane.waiters.length > 0 || !this.#total.hasRoom || !lane.hasRoom) return this.#wait(lane, endpoint, deadline);
    this.#begin(lane, now);
    return null;
  }

  /** Gives back the room of a call that ended. `failure` is null if it was answered, at `endedAt`: reading may have taken long. */
  leave(lane: Lane, failure: PlatformError | null, startedAt: number, endedAt = performance.now()): void {
    const hadTime = (endedAt - startedAt) * 2 >= this.#options.attemptTimeoutMs;
    const sign = failure ? signOf(failure, hadTime) : 'healthy';
    // No connection: the whole platform is away, and not a family.
    const isAway = sign === 'outage' && failure?.origin.status === undefined && failure?.kind === 'UNAVAILABLE';
    this.#total.end(sign === null ? null : isAway, startedAt, endedAt);
    lane.end(sign, failure, startedAt, endedAt);
    if (this.#waiters > 0) this.#admitWaiting(performance.now());
  }

  #begin(lane: Lane, now: number): void {
    this.#total.begin();
    lane.begin(now);
  }

  async #enterAfter(pause: number, lane: Lane, endpoint: Endpoint, deadline: Deadline): Promise<PlatformError | null> {
    if (pause >= deadline.timeLeft) return new PlatformError('TIMEOUT', endpoint);
    await deadline.pause(pause);
    return this.enter(lane, endpoint, deadline, performance.now());
  }

  /** Waits for room: a read for a second, a write as long as it has time to be answered afterwards. */
  #wait(lane: Lane, endpoint: Endpoint, deadline: Deadline): PlatformError | Promise<PlatformError | null> {
    const full = () => new PlatformError('UNAVAILABLE', endpoint, { retryAfter: LONGEST_WAIT_MS / 1_000 });
    if (this.#waiters >= MAX_WAITING) return full();
    const { timeLeft } = deadline;
    const isShort = !endpoint.isRead || timeLeft <= LONGEST_WAIT_MS;
    const longest = endpoint.isRead
      ? LONGEST_WAIT_MS
      : Math.max(timeLeft - this.#options.attemptTimeoutMs, timeLeft / 2);
    return new Promise((resolve) => {
      const giveUp = (refusal: PlatformError) => {
        this.#withdraw(lane, waiter);
        waiter.done(refusal);
      };
      const end = () => giveUp(isShort ? new PlatformError('TIMEOUT', endpoint) : full());
      const timer = setTimeout(end, Math.min(timeLeft, longest));
      const waiter: Waiter = {
        endpoint,
        done: (refusal) => {
          clearTimeout(timer);
          resolve(refusal);
        },
      };
      this.#waiters += 1;
      if (lane.waiters.push(waiter) === 1) this.#queue(lane);
      if (endpoint.isRead) deadline.whenCancelled(() => giveUp(new PlatformError('CANCELLED', endpoint)));
    });
  }

  #queue(lane: Lane): void {
    if (lane.family.waiting.push(lane) === 1) this.#waiting.push(lane.family);
  }

  #withdraw(lane: Lane, waiter: Waiter): void {
    const index = lane.waiters.indexOf(waiter);
    if (index < 0) return;
    lane.waiters.splice(index, 1);
    this.#waiters -= 1;
    if (lane.waiters.length > 0) return;
    remove(lane.family.waiting, lane);
    if (lane.family.waiting.length === 0) remove(this.#waiting, lane.family);
  }

  /** Gives room to those who wait: families take turns, and in them credentials. */
  #admitWaiting(now: number): void {
    for (let tried = 0; tried < this.#waiting.length && this.#total.hasRoom; ) {
      const family = this.#waiting[0] as FamilyLane;
      const isAdmitted = family.limit.hasRoom && this.#admitOneOf(family, now);
      if (family.waiting.length === 0) this.#waiting.shift();
      else rotate(this.#waiting);
      tried = isAdmitted ? 0 : tried + 1;
    }
  }

  #admitOneOf({ waiting }: FamilyLane, now: number): boolean {
    for (let tried = 0; tried < waiting.length; tried += 1) {
      const lane = waiting[0] as Lane;
      const waiter = lane.limit.hasRoom ? lane.waiters.shift() : undefined;
      if (lane.waiters.length === 0) waiting.shift();
      else rotate(waiting);
      if (!waiter) continue;
      this.#waiters -= 1;
      // The breaker may have opened meanwhile.
      const refusal = waiter.endpoint.isRead ? lane.refusal(waiter.endpoint, now) : null;
      if (!refusal) this.#begin(lane, now);
      waiter.done(refusal);
      return true;
    }
    return false;
  }
}

function rotate<T>(ring: T[]): void {
  ring.push(ring.shift() as T);
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
