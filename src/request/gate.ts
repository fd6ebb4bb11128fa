import { overloaded } from '../errors.ts';

/** Weight that one turn of the event loop begins: about 10 ms of work. A request above it is begun alone. */
export const TURN_WEIGHT = 2_000;

/** Milliseconds of work of a unit of weight, until it was measured. */
const FIRST_GUESS = 0.005;
const MEASURE_WEIGHT = 0.1;

/** Backlog beyond which requests are shed, in milliseconds. */
const LONGEST_BACKLOG_MS = 1_000;
/** The same for small requests, once some have waited for a while: load that lasts, and not a burst. */
const STANDING_BACKLOG_MS = 50;
const BURST_MS = 200;

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

interface Waiter {
  readonly weight: number;
  /** Place in the order: weight that was begun before, and its own. */
  readonly finish: number;
  readonly since: number;
  /** Null for a request under way, which is not shed. */
  readonly shed: ((error: Error) => void) | null;
  readonly begin: () => void;
}

interface Queue {
  readonly waiters: Waiter[];
  weight: number;
}

export interface GateClock {
  now(): number;
  /** Calls back in the next turn of the event loop. */
  nextTurn(then: () => void): void;
}

const CLOCK: GateClock = { now: () => performance.now(), nextTurn: (then) => void setImmediate(then) };

/**
 * Gate in front of execution. Each turn of the event loop begins a bounded weight of requests. The others wait, and are begun in the
 * order of weighted fair queueing: callers take turns, and small requests pass large ones. An idle gate makes nobody wait.
 */
export class Gate {
  readonly #clock: GateClock;
  readonly #queues = new Map<string, Queue>();
  #begunInTurn = 0;
  #isTurnScheduled = false;
  #waitingWeight = 0;
  #begunWeight = 0;
  #msPerWeight = FIRST_GUESS;
  #turnBeganAt = 0;
  #busySince: number | null = null;
  #answerBytes = 0;
  #shed = 0;

  constructor(clock: GateClock = CLOCK) {
    this.#clock = clock;
  }

  /** Requests that were shed so far. */
  get shed(): number {
    return this.#shed;
  }

  get waitingWeight(): number {
    return this.#waitingWeight;
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
      this.#shed += 1;
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
      if (this.#queues.size > 0) this.#scheduleTurn();
    });
  }

  #mayBegin(weight: number): boolean {
    if (this.#queues.size > 0 || this.#isTooMuch(weight)) return false;
    return this.#begunInTurn === 0 || this.#begunInTurn + weight <= TURN_WEIGHT;
  }

  /** True if the answer of a large request may find no memory. */
  #isTooMuch(weight: number): boolean {
    return weight > TURN_WEIGHT && this.#answerBytes >= MAX_ANSWER_BYTES;
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
    const own = (this.#queues.get(key)?.weight ?? 0) + weight;
    return Math.min(own * (this.#queues.size + 1), this.#waitingWeight + weight) * this.#msPerWeight;
  }

  #backlogBound(weight: number, now: number): number {
    const isStanding = this.#busySince !== null && now - this.#busySince > BURST_MS;
    return isStanding && weight <= TURN_WEIGHT ? STANDING_BACKLOG_MS : LONGEST_BACKLOG_MS;
  }

  #wait(key: string, weight: number, since: number, begin: () => void, shed: Waiter['shed']): void {
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = { waiters: [], weight: 0 };
      this.#queues.set(key, queue);
    }
    const start = Math.max(this.#begunWeight, queue.waiters.at(-1)?.finish ?? 0);
    queue.waiters.push({ weight, finish: start + weight, since, shed, begin });
    queue.weight += weight;
    this.#waitingWeight += weight;
    this.#busySince ??= since;
    this.#scheduleTurn();
  }

  readonly #turn = (): void => {
    const now = this.#clock.now();
    this.#isTurnScheduled = false;
    if (this.#queues.size > 0 && this.#begunInTurn > 0) {
      const measured = (now - this.#turnBeganAt) / this.#begunInTurn;
      this.#msPerWeight += (measured - this.#msPerWeight) * MEASURE_WEIGHT;
    }
    this.#begunInTurn = 0;
    if (this.#queues.size > 0) this.#beginWaiting(now);
    if (this.#queues.size === 0) this.#busySince = null;
  };

  #beginWaiting(now: number): void {
    for (;;) {
      const key = this.#next();
      const weight = key === null ? 0 : (this.#queues.get(key)?.waiters[0]?.weight ?? 0);
      if (key === null) break;
      if (this.#begunInTurn > 0 && this.#begunInTurn + weight > TURN_WEIGHT) return;
      const waiter = this.#take(key);
      this.#begunWeight = Math.max(this.#begunWeight, waiter.finish);
      this.#begin(waiter.weight);
      waiter.begin();
    }
    this.#expire(now);
  }

  /** The caller whose request is next. Null if none may be begun. */
  #next(): string | null {
    let [next, least]: [string | null, number] = [null, Number.POSITIVE_INFINITY];
    for (const [key, { waiters }] of this.#queues) {
      const [first] = waiters;
      if (!first || first.finish >= least || this.#isTooMuch(first.weight)) continue;
      [next, least] = [key, first.finish];
    }
    return next;
  }

  #take(key: string): Waiter {
    const queue = this.#queues.get(key) as Queue;
    const waiter = queue.waiters.shift() as Waiter;
    queue.weight -= waiter.weight;
    this.#waitingWeight -= waiter.weight;
    if (queue.waiters.length === 0) this.#queues.delete(key);
    return waiter;
  }

  /** Sheds what has waited for too long for memory. Requests under way go on. */
  #expire(now: number): void {
    for (const [key, { waiters }] of [...this.#queues]) {
      while (waiters[0] && now - waiters[0].since > LONGEST_BACKLOG_MS) {
        const { shed, begin } = this.#take(key);
        if (shed) {
          this.#shed += 1;
          shed(overloaded());
        } else begin();
      }
    }
    if (this.#queues.size > 0) this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isTurnScheduled) return;
    this.#isTurnScheduled = true;
    setTimeout(this.#turn, 100);
  }
}
