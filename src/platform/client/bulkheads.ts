import { LRUCache } from 'lru-cache';
import { AdaptiveLimit } from './adaptiveLimit.ts';
import type { Credential } from './credential.ts';
import type { Deadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import { PlatformError } from './errors.ts';
import { signOf } from './health.ts';
import { FamilyLane, Lane, LONGEST_WAIT_MS, type Waiter } from './lane.ts';

/** Credentials that are remembered. Tokens that are not identified yet have a memory of their own, which they alone can fill. */
const MAX_CREDENTIALS = 5_000;
const MAX_STRANGERS = 1_000;

/** Calls that wait for room at most. */
const MAX_WAITING = 10_000;

/** Calls that are let through, however bad the signs. */
const LEAST_IN_ALL = 64;

type Lanes = Record<string, Lane>;

export interface BulkheadOptions {
  /** Calls under way at most. A family of endpoints takes half of them, one credential half of that. */
  readonly maxCalls: number;
  /** Bound of one attempt, in milliseconds. */
  readonly attemptTimeoutMs: number;
}

/**
 * Admission of all calls to the transport. Bounds calls under way in total, per family of endpoints, and per credential. So no
 * family and no credential takes the room of others. A call waits for nothing while there is room.
 */
export class Bulkheads {
  readonly #options: BulkheadOptions;
  readonly #total: AdaptiveLimit;
  readonly #families: Record<string, FamilyLane> = Object.create(null);
  readonly #known = new LRUCache<string, Lanes>({ max: MAX_CREDENTIALS });
  readonly #strangers = new LRUCache<string, Lanes>({ max: MAX_STRANGERS });
  /** Families with calls that wait, in the order of their turns. */
  readonly #waiting: FamilyLane[] = [];
  #waiters = 0;

  constructor(options: BulkheadOptions) {
    this.#options = options;
    this.#total = new AdaptiveLimit(LEAST_IN_ALL, options.maxCalls);
  }

  /** Calls that wait for room. */
  get waiting(): number {
    return this.#waiters;
  }

  get underWay(): number {
    return this.#total.underWay;
  }

  /** True if calls were made with this credential, apart from its identification. */
  knows(fingerprint: string): boolean {
    return this.#known.has(fingerprint);
  }

  /** The lane of the calls of a credential to an endpoint and its like. */
  laneOf({ kind, fingerprint }: Credential, endpoint: Endpoint): Lane {
    const credentials = kind === 'unidentified' ? this.#strangers : this.#known;
    let lanes = credentials.get(fingerprint);
    if (!lanes) {
      lanes = Object.create(null) as Lanes;
      credentials.set(fingerprint, lanes);
    }
    const name = endpoint.family ?? `change of ${endpoint.changes[0] ?? ''}`;
    lanes[name] ??= this.#newLane(name);
    return lanes[name];
  }

  /** Lets a call through: null, at once where there is room. Else why it must not be sent. Every `null` takes one `leave`. */
  enter(
    lane: Lane,
    endpoint: Endpoint,
    deadline: Deadline,
    now: number,
  ): PlatformError | null | Promise<PlatformError | null> {
    // Writes are always tried: a token to block must not wait for a better day. A read that nobody waits for ends unsent.
    if (endpoint.isRead && !deadline.isCancelled) {
      const refusal = lane.refusal(endpoint, now);
      if (refusal) return refusal;
      const pause = lane.pauseMs(now);
      if (pause > 0) return this.#enterAfter(pause, lane, endpoint, deadline);
    }
    if (lane.waiters.length > 0 || !this.#total.hasRoom || !lane.hasRoom) return this.#wait(lane, endpoint, deadline);
    this.#begin(lane, now);
    return null;
  }

  /** Gives back the room of a call that ended. `failure` is null if it was answered. */
  leave(lane: Lane, failure: PlatformError | null, startedAt: number): void {
    const now = performance.now();
    const hadTime = (now - startedAt) * 2 >= this.#options.attemptTimeoutMs;
    const sign = failure ? signOf(failure, hadTime) : 'healthy';
    // No connection: the whole platform is away, and not a family.
    const isAway = sign === 'outage' && failure?.origin.status === undefined && failure?.kind === 'UNAVAILABLE';
    this.#total.end(sign === null ? null : isAway, startedAt, now);
    lane.end(sign, failure, startedAt, now);
    if (this.#waiters > 0) this.#admitWaiting(now);
  }

  #newLane(name: string): Lane {
    const { maxCalls } = this.#options;
    this.#families[name] ??= new FamilyLane(Math.ceil(maxCalls / 2));
    return new Lane(this.#families[name], Math.ceil(maxCalls / 4));
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

  /** Waits for room: a read for a second, a write to its deadline. */
  #wait(lane: Lane, endpoint: Endpoint, deadline: Deadline): PlatformError | Promise<PlatformError | null> {
    const full = () => new PlatformError('UNAVAILABLE', endpoint, { retryAfter: LONGEST_WAIT_MS / 1_000 });
    if (this.#waiters >= MAX_WAITING) return full();
    if (endpoint.isRead && deadline.isCancelled) return new PlatformError('CANCELLED', endpoint);
    const { timeLeft } = deadline;
    const isShort = !endpoint.isRead || timeLeft <= LONGEST_WAIT_MS;
    return new Promise((resolve) => {
      const giveUp = (refusal: PlatformError) => {
        this.#withdraw(lane, waiter);
        waiter.done(refusal);
      };
      const end = () => giveUp(isShort ? new PlatformError('TIMEOUT', endpoint) : full());
      const timer = setTimeout(end, Math.max(0, isShort ? timeLeft : LONGEST_WAIT_MS));
      const waiter: Waiter = {
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
      this.#begin(lane, now);
      waiter.done(null);
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
