import { overloaded } from '../../errors.ts';
import { Backlog } from './backlog.ts';
import { type Delayed, end } from './delayed.ts';
import { type Entrant, lineOf } from './entrant.ts';
import { FairQueue, type Waiting } from './fairQueue.ts';
import { CLOCK, type GateClock } from './gateClock.ts';
import { isLarge, TURN_WEIGHT, Turns } from './turns.ts';

/** Wait after which a request that was let in is shed all the same, and interval of looking for those. Milliseconds. */
const LONGEST_WAIT_MS = 5_000;
const EXPIRY_INTERVAL_MS = 100;
/** Bytes of large answers on their way to callers, above which no other is begun. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Work of a refusal. */
const WEIGHT_OF_REFUSAL = 20;
/** Time after which large requests that had to wait are looked at again. Milliseconds. */
const RETRY_MS = 10;

/**
 * Gate in front of execution. Each turn of the event loop begins a bounded weight of requests. The others wait, and are begun in the
 * order of weighted fair queueing: callers take turns, and small requests pass large ones. An idle gate makes nobody wait.
 */
export class Gate {
  readonly #clock: GateClock;
  readonly #queue = new FairQueue<Delayed>(isLarge);
  readonly #turns = new Turns();
  readonly #backlog = new Backlog();
  readonly #onShed: () => void;
  #isTurnScheduled = false;
  #isRetryScheduled = false;
  #expireAt = 0;
  #answerBytes = 0;
  #stretches = 0;

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

  /** Throws `OVERLOADED` if a request would wait for too long. One that would wait alone is no backlog, whatever its weight. */
  check(entrant: Entrant): void {
    if (this.#queue.lines === 0) return;
    const expectedMs = this.#expectedMs(lineOf(entrant), entrant.weight);
    if (!this.#backlog.isTooLong(entrant.weight, expectedMs, this.#clock.now())) return;
    this.#onShed();
    throw overloaded();
  }

  /** Lets a request begin: null, at once if there is room in this turn. Throws as `check` does. */
  enter(entrant: Entrant): Promise<void> | null {
    if (this.#mayBegin(entrant.weight)) return this.#begin(entrant.weight);
    this.check(entrant);
    return new Promise((begin, shed) => this.#wait(lineOf(entrant), { entrant, begin, shed, isStretch: false }));
  }

  /**
   * Lets a request go on with much work in one stretch. A large one passes those that have not begun: otherwise all would be under way
   * together, and what they hold would grow old.
   */
  resume(entrant: Entrant): Promise<void> | null {
    const { weight, gateKey, isAbandoned } = entrant;
    if (this.#mayBegin(weight)) return this.#begin(weight);
    if (isLarge(weight)) return this.goOn({ weight: TURN_WEIGHT, gateKey, isAbandoned });
    return new Promise((begin) => this.#wait(lineOf(entrant), { entrant, begin, shed: null, isStretch: false }));
  }

  /** Waits for a later turn with one stretch of a large request's work. No other large request begins meanwhile. */
  goOn(entrant: Entrant): Promise<void> {
    this.#stretches += 1;
    const line = `under way ${entrant.gateKey}`;
    return new Promise((begin) => this.#wait(line, { entrant, begin, shed: null, isStretch: true }));
  }

  /** Counts a large answer until it was written, or its connection ended. */
  hold(bytes: number, answer: { once(event: 'close', then: () => void): unknown }): void {
    this.#answerBytes += bytes;
    answer.once('close', () => {
      this.#answerBytes -= bytes;
      if (this.#queue.count > 0) this.#scheduleTurn();
    });
  }

  /** Notes that a connection was accepted. Work that waits lets others come in first: they are told at once how things stand. */
  connect(): void {
    this.#turns.connect();
  }

  #mayBegin(weight: number): boolean {
    return this.#queue.count === 0 && !(isLarge(weight) && this.#holdsLarge()) && this.#turns.hasRoomFor(weight);
  }

  /** True if large requests have to wait: for another, for memory, or because there was one just now. */
  #holdsLarge(): boolean {
    if (this.#stretches > 0) return true;
    return this.#answerBytes >= MAX_ANSWER_BYTES || this.#turns.isPausing(this.#clock.now());
  }

  #begin(weight: number): null {
    this.#turns.begin(weight);
    this.#scheduleTurn();
    return null;
  }

  #scheduleTurn(): void {
    if (this.#isTurnScheduled) return;
    this.#isTurnScheduled = true;
    this.#turns.start(this.#clock.now());
    this.#clock.nextTurn(this.#turn);
  }

  /** Milliseconds until a request of this line would be begun: lines share the thread. */
  #expectedMs(line: string, weight: number): number {
    const own = this.#queue.weightOf(line) + weight;
    return Math.min(own * (this.#queue.lines + 1), this.#queue.weight + weight) * this.#turns.msPerWeight;
  }

  #wait(line: string, waiter: Delayed): void {
    const { weight } = waiter.entrant;
    const since = this.#clock.now();
    this.#queue.push(line, weight, since, waiter);
    if (!waiter.isStretch) this.#backlog.add(weight, since);
    this.#scheduleTurn();
  }

  #take(line: string): Delayed {
    const { item, weight } = this.#queue.take(line);
    if (item.isStretch) this.#stretches -= 1;
    else this.#backlog.remove(weight);
    return item;
  }

  readonly #turn = (): void => {
    if (this.#queue.count > 0 && this.#turns.isPutOff()) this.#clock.nextTurn(this.#turn);
    else this.#endTurn(this.#clock.now());
  };

  #endTurn(now: number): void {
    this.#isTurnScheduled = false;
    this.#turns.end(now, this.#queue.count > 0);
    if (now >= this.#expireAt) this.#expire(now);
    if (this.#queue.count > 0) this.#beginWaiting(now);
  }

  readonly #retry = (): void => {
    this.#isRetryScheduled = false;
    if (this.#queue.count > 0) this.#scheduleTurn();
  };

  #beginWaiting(now: number): void {
    for (let next = this.#next(); next; next = this.#next()) {
      const { item, line, weight, since } = next;
      // The only request of its line is no backlog: others made it wait.
      const mayBeShed = item.shed !== null && this.#queue.weightOf(line) > weight;
      const isLate = mayBeShed && this.#backlog.isTooLate(weight, now - since, now);
      const work = isLate ? WEIGHT_OF_REFUSAL : weight;
      if (item.entrant.isAbandoned) end(this.#take(line));
      else if (!this.#turns.hasRoomFor(work)) return;
      else if (isLate) this.#shed(line, work);
      else this.#goAhead(this.#take(line), work);
    }
    if (this.#queue.count > 0) this.#retryLater();
  }

  #next(): Waiting<Delayed> | null {
    return this.#queue.next(!this.#holdsLarge());
  }

  #goAhead({ begin, isStretch }: Delayed, work: number): void {
    this.#begin(work);
    if (isStretch) this.#turns.goOn();
    begin();
  }

  /** Sheds what has waited for too long. */
  #expire(now: number): void {
    this.#expireAt = now + EXPIRY_INTERVAL_MS;
    for (const line of this.#queue.linesSince(now - LONGEST_WAIT_MS)) this.#shed(line, 0);
  }

  #shed(line: string, work: number): void {
    this.#begin(work);
    const waiter = this.#take(line);
    if (waiter.shed) this.#onShed();
    end(waiter);
  }

  #retryLater(): void {
    if (this.#isRetryScheduled) return;
    this.#isRetryScheduled = true;
    this.#clock.later(this.#retry, RETRY_MS);
  }
}
