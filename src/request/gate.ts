import { overloaded } from '../errors.ts';
import { FairQueue } from './fairQueue.ts';

/** Weight that one turn of the event loop begins: about 10 ms of work. A request above it is begun alone. */
export const TURN_WEIGHT = 2_000;

/** Milliseconds of work of a unit of weight, until it was measured. */
const FIRST_GUESS = 0.005;
const MEMORY = 0.9;

/** Backlog beyond which requests are shed, in milliseconds. */
const LONGEST_BACKLOG_MS = 1_000;
/** Wait after which a request that was let in is shed all the same. Milliseconds. */
const LONGEST_WAIT_MS = 5_000;
/** The backlog for small requests, once some have waited for a while: load that lasts, and not a burst. */
const STANDING_BACKLOG_MS = 50;
const BURST_MS = 200;

/**
 * Pause after a large request, as a share of the time that it took: small ones that came meanwhile can ask the platform and be
 * answered before the next. At most so many milliseconds.
 */
const PAUSE = { share: 0.25, mostMs: 50 } as const;

/** Bytes of large answers on their way to callers, above which no other is begun. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Bytes from which on an answer counts as large. */
export const LARGE_ANSWER = 64 * 1024;

/** Request in front of the gate. */
export interface Entrant {
  /** Number of objects and calls that it may come to, and some for itself. */
  readonly weight: number;
  /** Callers that take turns. Strangers share one key. */
  readonly gateKey: string;
}

/** Callbacks of a request that waits. */
interface Waiter {
  readonly begin: () => void;
  /** Null for a request under way, which is not shed. */
  readonly shed: ((error: Error) => void) | null;
}

export interface GateClock {
  now(): number;
  /** Calls back in the next turn of the event loop. */
  nextTurn(then: () => void): void;
  later(then: () => void, milliseconds: number): void;
}

const CLOCK: GateClock = {
  now: () => performance.now(),
  nextTurn: (then) => void setImmediate(then),
  later: (then, milliseconds) => void setTimeout(then, milliseconds),
};

/** Time after which large requests that had to wait are looked at again. Milliseconds. */
const RETRY_MS = 10;

/**
 * Gate in front of execution. Each turn of the event loop begins a bounded weight of requests. The others wait, and are begun in the
 * order of weighted fair queueing: callers take turns, and small requests pass large ones. An idle gate makes nobody wait.
 */
export class Gate {
  readonly #clock: GateClock;
  readonly #queue = new FairQueue<Waiter>();
  #begunInTurn = 0;
  #isTurnScheduled = false;
  #isRetryScheduled = false;
  /** Time and weight of the last turns, with less of each the older it is. */
  #measuredMs = FIRST_GUESS * TURN_WEIGHT;
  #measuredWeight = TURN_WEIGHT;
  #turnBeganAt = 0;
  #busySince: number | null = null;
  #answerBytes = 0;
  #largeAfter = 0;
  readonly #onShed: () => void;

  /** `onShed` hears of each request that is not begun. */
  constructor(onShed: () => void = () => undefined, clock: GateClock = CLOCK) {
    this.#onShed = onShed;
    this.#clock = clock;
  }

  get waitingWeight(): number {
    return this.#queue.weight;
  }

  get answerBytes(): number {
    return this.#answerBytes;
  }

  /** Lets a request begin: null, at once if there is room in this turn. Throws `OVERLOADED` if it would wait for too long. */
  enter(entrant: Entrant): Promise<void> | null {
    const { weight } = entrant;
    if (this.#mayBegin(weight)) return this.#begin(weight);
    const now = this.#clock.now();
    const key = entrant.gateKey;
    if (this.#expectedMs(key, weight) > this.#backlogBound(weight, now)) {
      this.#onShed();
      throw overloaded();
    }
    return new Promise((begin, shed) => this.#wait(key, weight, now, begin, shed));
  }

  /** Lets a request go on with much work in one stretch, such as with a large answer of the platform. */
  resume(entrant: Entrant): Promise<void> | null {
    const { weight } = entrant;
    if (this.#mayBegin(weight)) return this.#begin(weight);
    return new Promise((begin) => this.#wait(entrant.gateKey, weight, this.#clock.now(), begin, null));
  }

  /** Counts a large answer until it was written, or its connection ended. */
  hold(bytes: number, answer: { once(event: 'close', then: () => void): unknown }): void {
    this.#answerBytes += bytes;
    answer.once('close', () => {
      this.#answerBytes -= bytes;
      if (this.#queue.callers > 0) this.#scheduleTurn();
    });
  }

  #mayBegin(weight: number): boolean {
    if (this.#queue.callers > 0 || this.#isTooMuch(weight)) return false;
    return this.#begunInTurn === 0 || this.#begunInTurn + weight <= TURN_WEIGHT;
  }

  /** True if a large request has to wait: for memory, or because there was one just now. */
  #isTooMuch(weight: number): boolean {
    if (weight <= TURN_WEIGHT) return false;
    return this.#answerBytes >= MAX_ANSWER_BYTES || this.#clock.now() < this.#largeAfter;
  }

  #begin(weight: number): null {
    this.#begunInTurn += weight;
    this.#scheduleTurn();
    return null;
  }

  #scheduleTurn(): void {
    if (this.#isTurnScheduled) return;
    this.#isTurnScheduled = true;
    this.#turnBeganAt = this.#clock.now();
    this.#clock.nextTurn(this.#turn);
  }

  /** Milliseconds until a request of this caller would be begun: callers share the thread. */
  #expectedMs(key: string, weight: number): number {
    const own = this.#queue.weightOf(key) + weight;
    return (
      Math.min(own * (this.#queue.callers + 1), this.#queue.weight + weight) * (this.#measuredMs / this.#measuredWeight)
    );
  }

  #backlogBound(weight: number, now: number): number {
    const isStanding = this.#busySince !== null && now - this.#busySince > BURST_MS;
    return isStanding && weight <= TURN_WEIGHT ? STANDING_BACKLOG_MS : LONGEST_BACKLOG_MS;
  }

  #wait(key: string, weight: number, since: number, begin: () => void, shed: Waiter['shed']): void {
    this.#queue.push(key, weight, since, { begin, shed });
    this.#busySince ??= since;
    this.#scheduleTurn();
  }

  readonly #turn = (): void => {
    const now = this.#clock.now();
    this.#isTurnScheduled = false;
    if (this.#queue.callers > 0 && this.#begunInTurn > 0) {
      this.#measuredMs = this.#measuredMs * MEMORY + (now - this.#turnBeganAt);
      this.#measuredWeight = this.#measuredWeight * MEMORY + this.#begunInTurn;
    }
    if (this.#begunInTurn > TURN_WEIGHT) {
      this.#largeAfter = now + Math.min(PAUSE.mostMs, (now - this.#turnBeganAt) * PAUSE.share);
    }
    this.#begunInTurn = 0;
    if (this.#queue.callers > 0) this.#beginWaiting(now);
    if (this.#queue.callers === 0) this.#busySince = null;
  };

  readonly #retry = (): void => {
    this.#isRetryScheduled = false;
    if (this.#queue.callers > 0) this.#scheduleTurn();
  };

  #beginWaiting(now: number): void {
    const mayGo = (weight: number) => !this.#isTooMuch(weight);
    for (let next = this.#queue.next(mayGo); next; next = this.#queue.next(mayGo)) {
      const { caller, weight } = next;
      if (this.#begunInTurn > 0 && this.#begunInTurn + weight > TURN_WEIGHT) return;
      this.#begin(weight);
      this.#queue.take(caller).item.begin();
    }
    this.#expire(now);
  }

  /** Sheds what has waited for too long. Requests under way go on. */
  #expire(now: number): void {
    for (const caller of this.#queue.callersSince(now - LONGEST_WAIT_MS)) {
      const { begin, shed } = this.#queue.take(caller).item;
      if (shed) {
        this.#onShed();
        shed(overloaded());
      } else begin();
    }
    if (this.#queue.callers > 0) this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isRetryScheduled) return;
    this.#isRetryScheduled = true;
    this.#clock.later(this.#retry, RETRY_MS);
  }
}
