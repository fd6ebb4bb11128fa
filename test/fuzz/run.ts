import { Random } from '../support/random.ts';
import { randomFault } from '../support/randomFaults.ts';
import { type Hidden, problemsOf, problemsOfLog } from './checks.ts';
import type { Material } from './material.ts';
import { type Generated, randomRequest } from './requests.ts';
import { type FuzzedServer, SERVER_NAMES, type ServerName } from './servers.ts';
import { exchange, Lane, type WireAnswer } from './wire.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Numbers of the first case, and of the one after the last. */
  readonly from: number;
  readonly to: number;
}

export interface Failure {
  readonly index: number;
  readonly problems: readonly string[];
  readonly request: Generated;
  readonly answer: string;
}

export interface Outcome {
  readonly failures: Failure[];
  /** Number of answers by HTTP status. */
  readonly statuses: Record<string, number>;
}

/** In flight at once. */
const WORKERS = 64;
/** More failures say nothing new. */
const MOST_FAILURES = 5;
/** The platform misbehaves in some way for this many cases, then in another. */
const CASES_PER_FAULT = 250;
/** Far above the deadline of a request, for a busy machine. */
const ANSWER_MS = 30_000;

/** Sends the cases of a seed to running servers, and collects what is wrong with the answers. */
export class Fuzz {
  readonly outcome: Outcome = { failures: [], statuses: {} };
  readonly #material: Material;
  readonly #servers: Record<ServerName, FuzzedServer>;
  readonly #hidden: Hidden;
  readonly #seed: number;
  #next = 0;
  #block = -1;

  constructor(material: Material, servers: Record<ServerName, FuzzedServer>, hidden: Hidden, seed: number) {
    this.#material = material;
    this.#servers = servers;
    this.#hidden = hidden;
    this.#seed = seed;
  }

  async run({ from, to }: FuzzOptions): Promise<Outcome> {
    this.#next = from;
    const workers = Array.from({ length: Math.min(WORKERS, to - from) }, () => this.#work(to));
    await Promise.all(workers);
    this.#material.situation.emulator.setFaults([]);
    return this.outcome;
  }

  async #work(to: number): Promise<void> {
    const lanes = new Map(SERVER_NAMES.map((name) => [name, new Lane(this.#servers[name].url)]));
    while (this.#next < to && this.outcome.failures.length < MOST_FAILURES) {
      const index = this.#next++;
      this.#misbehave(Math.floor(index / CASES_PER_FAULT));
      const request = randomRequest(new Random(this.#seed, index), this.#material);
      const failure = await this.#tried(request, lanes.get(request.server)!);
      if (failure) this.outcome.failures.push({ index, request, ...failure });
    }
    for (const lane of lanes.values()) lane.close();
  }

  #misbehave(block: number): void {
    if (block === this.#block) return;
    this.#block = block;
    const random = new Random(this.#seed, -1 - block);
    this.#material.situation.emulator.setFaults(random.many(0, 2, () => randomFault(random)));
  }

  async #tried(request: Generated, lane: Lane) {
    try {
      const answers = await within(ANSWER_MS, this.#answersTo(request, lane));
      for (const { status } of answers) this.outcome.statuses[status] = (this.outcome.statuses[status] ?? 0) + 1;
      const problems = answers.flatMap((answer) => problemsOf(answer, this.#hidden));
      if (!request.mayBeCut && answers.length !== request.answers) problems.push('no answer');
      return problems.length > 0 ? { problems, answer: JSON.stringify(answers) } : null;
    } catch (error) {
      return { problems: [String(error)], answer: '' };
    }
  }

  async #answersTo(request: Generated, lane: Lane): Promise<WireAnswer[]> {
    const { server, bytes, answers, isAbandoned, isHead } = request;
    if (answers === null) return exchange(this.#servers[server].url, bytes, isAbandoned);
    const answer = await lane.ask(bytes, isHead);
    return answer ? [answer] : [];
  }
}

/** Collects lines of the log that are wrong. */
export function logWatch(hidden: () => Hidden): { readonly wrong: string[]; readonly onLog: (chunk: string) => void } {
  const wrong: string[] = [];
  return {
    wrong,
    onLog: (chunk) => {
      const problems = problemsOfLog(chunk, hidden());
      if (problems.length > 0) wrong.push(`${problems.join(', ')}: ${chunk.slice(0, 2_000)}`);
    },
  };
}

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
