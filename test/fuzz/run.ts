import { Random } from '../support/random.ts';
import { randomFault } from '../support/randomFaults.ts';
import { type Hidden, problemsOf } from './checks.ts';
import { type Depth, depthOf } from './depth.ts';
import type { Material } from './material.ts';
import { type Generated, randomRequest } from './requests.ts';
import { type FuzzedServer, SERVER_NAMES, type ServerName } from './servers.ts';
import { shrunkRequest } from './shrink.ts';
import type { Watch } from './watch.ts';
import { exchange, Lane, type WireAnswer } from './wire.ts';

export interface FuzzOptions {
  /** Numbers of the first case, and of the one after the last. */
  readonly from: number;
  readonly to: number;
}

export interface Failure {
  readonly index: number;
  readonly problems: readonly string[];
  readonly request: Generated;
  readonly answer: string;
  /** The smallest request that shows one of the problems. Null: it shows them only among others. */
  readonly shrunk: Buffer | null;
}

export interface Outcome {
  readonly failures: Failure[];
  /** Number of answers by HTTP status. */
  readonly statuses: Record<string, number>;
  /** Number of answers by how far the request came. */
  readonly depths: Partial<Record<Depth, number>>;
}

export interface Fuzzed {
  readonly material: Material;
  readonly servers: Record<ServerName, FuzzedServer>;
  readonly hidden: Hidden;
  readonly watch: Watch;
  readonly seed: number;
}

interface Tried {
  readonly problems: readonly string[];
  readonly answer: string;
}

/** In flight at once: more would wait for each other, and be refused for it. */
const WORKERS = 24;
/** More failures say nothing new. */
const MOST_FAILURES = 5;
/** The platform misbehaves in some way for this many cases, then in another. */
const CASES_PER_FAULT = 250;
/** Far above the deadline of a request, for a busy machine. */
const ANSWER_MS = 30_000;
/** What goes wrong beside the answers is by one of so many cases that began last. */
const SUSPECTS = 3 * WORKERS;
/** Time in which the log tells of a request that was answered. Milliseconds. */
const LOG_MS = 20;

/** Sends the cases of a seed to running servers, and collects what is wrong with the answers. */
export class Fuzz {
  readonly outcome: Outcome = { failures: [], statuses: {}, depths: {} };
  readonly #fuzzed: Fuzzed;
  readonly #begun: number[] = [];
  readonly #suspects = new Set<number>();
  #failing: { readonly index: number; readonly tried: Tried }[] = [];
  #next = 0;
  #block = -1;

  constructor(fuzzed: Fuzzed) {
    this.#fuzzed = fuzzed;
  }

  async run({ from, to }: FuzzOptions): Promise<Outcome> {
    const { watch, material } = this.#fuzzed;
    this.#next = from;
    watch.onWrong = () => {
      for (const index of this.#begun.slice(-SUSPECTS)) this.#suspects.add(index);
    };
    await Promise.all(Array.from({ length: Math.min(WORKERS, to - from) }, () => this.#work(to)));
    watch.onWrong = () => undefined;
    await this.#findCulprits();
    for (const { index, tried } of this.#failing) {
      // One that is small is enough to begin with.
      const isEnough = this.outcome.failures.some(({ shrunk }) => shrunk);
      this.outcome.failures.push(await this.#failureOf(index, tried, !isEnough));
    }
    material.situation.emulator.setFaults([]);
    return this.outcome;
  }

  /** What is wrong with one case, or with other bytes in its place, sent alone. */
  async alone(index: number, bytes?: Buffer, settleMs = LOG_MS): Promise<Tried> {
    const { watch, servers } = this.#fuzzed;
    this.#misbehave(Math.floor(index / CASES_PER_FAULT));
    const generated = this.#requestOf(index);
    const request = bytes ? { ...generated, bytes } : generated;
    const lane = new Lane(servers[request.server].url);
    const before = watch.wrong.length;
    const tried = await this.#tried(request, lane);
    lane.close();
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    return { ...tried, problems: [...tried.problems, ...watch.wrong.slice(before)] };
  }

  #requestOf(index: number): Generated {
    return randomRequest(new Random(this.#fuzzed.seed, index), this.#fuzzed.material);
  }

  async #work(to: number): Promise<void> {
    const lanes = new Map(SERVER_NAMES.map((name) => [name, new Lane(this.#fuzzed.servers[name].url)]));
    while (this.#next < to && this.#failing.length < MOST_FAILURES && this.#suspects.size === 0) {
      const index = this.#next++;
      this.#begun.push(index);
      this.#misbehave(Math.floor(index / CASES_PER_FAULT));
      const request = this.#requestOf(index);
      const tried = await this.#tried(request, lanes.get(request.server)!, true);
      if (tried.problems.length > 0) this.#failing.push({ index, tried });
    }
    for (const lane of lanes.values()) lane.close();
  }

  /** Sends each suspect once more, alone, and keeps those that something goes wrong with. */
  async #findCulprits(): Promise<void> {
    for (const index of this.#suspects) {
      if (this.#failing.length >= MOST_FAILURES) return;
      const tried = await this.alone(index);
      if (tried.problems.length > 0) this.#failing.push({ index, tried });
    }
  }

  async #failureOf(index: number, tried: Tried, isToShrink: boolean): Promise<Failure> {
    const request = this.#requestOf(index);
    const kinds = new Set(tried.problems.map(kindOf));
    const settleMs = tried.problems.some((problem) => /^(?:log|unhandled)/.test(problem)) ? LOG_MS : 0;
    const fails = async (bytes: Buffer) =>
      (await this.alone(index, bytes, settleMs)).problems.some((one) => kinds.has(kindOf(one)));
    const isAlone = isToShrink && (await fails(request.bytes));
    return { index, request, shrunk: isAlone ? await shrunkRequest(request.bytes, fails) : null, ...tried };
  }

  #misbehave(block: number): void {
    if (block === this.#block) return;
    this.#block = block;
    const random = new Random(this.#fuzzed.seed, -1 - block);
    const faults = random.chance(0.5) ? [] : random.many(1, 2, () => randomFault(random));
    this.#fuzzed.material.situation.emulator.setFaults(faults);
  }

  async #tried(request: Generated, lane: Lane, isCounted = false): Promise<Tried> {
    try {
      const answers = await within(ANSWER_MS, this.#answersTo(request, lane));
      if (isCounted) this.#count(answers);
      const problems = answers.flatMap((answer) => problemsOf(answer, this.#fuzzed.hidden));
      if (!request.mayBeCut && answers.length !== request.answers) problems.push('no answer');
      return { problems, answer: JSON.stringify(answers) };
    } catch (error) {
      return { problems: [String(error)], answer: '' };
    }
  }

  #count(answers: readonly WireAnswer[]): void {
    const { statuses, depths } = this.outcome;
    for (const answer of answers) {
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const depth = depthOf(answer);
      if (depth !== null) depths[depth] = (depths[depth] ?? 0) + 1;
    }
  }

  async #answersTo(request: Generated, lane: Lane): Promise<WireAnswer[]> {
    const { server, bytes, answers, isAbandoned, isHead } = request;
    if (answers === null) return exchange(this.#fuzzed.servers[server].url, bytes, isAbandoned);
    const answer = await lane.ask(bytes, isHead);
    return answer ? [answer] : [];
  }
}

/** A problem without its particulars. */
const kindOf = (problem: string) => problem.split(':')[0];

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
