import fc from 'fast-check';
import { createSubgraph } from '../../src/graphql/schema.ts';
import type { Restricted } from '../access/restricted.ts';
import { holdsToken } from '../fuzz/checks.ts';
import { operations } from '../oracle/operations.ts';
import { Random } from '../support/random.ts';
import { callersOf } from './callers.ts';
import { doubledWrites, lostOutcomes } from './checks.ts';
import type { Cluster } from './cluster.ts';
import { Director } from './director.ts';
import { notRecovered } from './recovery.ts';
import { ADMINISTRATION, SCRIPTS } from './scripts.ts';
import type { Stage } from './stage.ts';
import { Worker } from './worker.ts';
import type { Write, WriteProxy } from './writeProxy.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly workers: number;
  /** The longest that an answer may take, in milliseconds. */
  readonly hangMs: number;
  /** Mutations that are done in spite of all, unless that takes three times as long. */
  readonly leastDone: number;
  /** More problems than these end it: they say nothing new. */
  readonly mostProblems: number;
}

/** What was found, by the promise that it breaks. */
export interface Found {
  /** Failures that are ours, hangs, and answers that tell of others. */
  readonly seen: readonly string[];
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly notRecovered: readonly string[];
  /** Ends that nobody asked for, those by an unhandled rejection among them. */
  readonly crashes: readonly string[];
  /** What was written to standard error. */
  readonly problems: string;
  readonly unforeseen: readonly string[];
  /** Lines of the log with a token. */
  readonly tokens: readonly string[];
}

const MUTATIONS = Object.keys(createSubgraph().getMutationType()!.getFields());
/** Number of the first of the workers that begin before the others. */
const EARLY = 1_000;
const MOST_ROUNDS = 6;

/** Runs chaos over a cluster, and ends its replicas. */
export class Chaos {
  readonly stage: Stage;
  readonly director: Director;
  readonly #options: ChaosOptions;
  readonly #workers: readonly Worker[];

  constructor(stage: Stage, options: ChaosOptions) {
    this.stage = stage;
    this.#options = options;
    this.director = new Director(options.seed, stage.emulator, stage.cluster);
    this.#workers = Array.from({ length: options.workers }, (_, index) => new Worker(stage, options.seed, index));
  }

  /** Callers change everything that they can while nothing is wrong. Answers with the mutations that were not done. */
  async inGoodWeather(): Promise<string[]> {
    const { callers, sent } = this.stage;
    const one = (name: string) => callers.find((caller) => caller.name === name)!;
    const scripts = [
      [one('administrator'), ADMINISTRATION] as const,
      ...SCRIPTS.map(([, run]) => [one('acme'), run] as const),
    ];
    const missing = () => {
      const done = new Set(sent.filter(({ isDone }) => isDone).map(({ mutation }) => mutation));
      return MUTATIONS.filter((mutation) => !done.has(mutation));
    };
    for (let round = 0; round < MOST_ROUNDS && missing().length > 0; round += 1) {
      const random = () => new Random(this.#options.seed, round);
      const worker = (index: number) =>
        new Worker(this.stage, this.#options.seed, EARLY + round * scripts.length + index);
      await Promise.all(scripts.map(([caller, run], index) => worker(index).runWhole(run, caller, random())));
    }
    return missing();
  }

  async run(): Promise<Found> {
    const { stage, director } = this;
    const { seconds, seed, mostProblems, leastDone } = this.#options;
    const end = performance.now() + seconds * 1_000;
    const before = stage.sent.length;
    /** A machine that is short of time gets more of it. */
    const isEnough = () =>
      performance.now() > end + 2_000 * seconds ||
      stage.sent.slice(before).filter(({ isDone }) => isDone).length >= leastDone;
    const hasEnded = () => stage.cluster.replicas.some(({ crashes }) => crashes.length > 0);
    const isOver = () => (performance.now() > end && isEnough()) || stage.problems.length > mostProblems || hasEnded();
    const work = async (worker: Worker) => {
      while (!isOver()) await worker.step();
    };
    await Promise.all([director.run(isOver), ...this.#workers.map(work)]);
    await director.end();
    const late = hasEnded() ? [] : await notRecovered(stage, new Random(seed));
    await Promise.all(stage.cluster.replicas.map((replica) => replica.end('SIGTERM')));
    return { ...foundIn(stage), notRecovered: late };
  }
}

export async function stageOf(
  { emulator, operationOptions, ...situation }: Restricted,
  { writes }: WriteProxy,
  cluster: Cluster,
  { seed, hangMs }: ChaosOptions,
): Promise<Stage> {
  return {
    ...{ emulator, cluster, writes, hangMs, asked: 0 },
    callers: await callersOf({ emulator, operationOptions, ...situation }),
    reads: fc.sample(operations(createSubgraph(), { ...operationOptions, maxDepth: 4 }), { numRuns: 300, seed }),
    problems: [],
    sent: [],
    attempts: new Map(),
    codes: {},
  };
}

function foundIn({ cluster, problems, sent, writes, attempts }: Stage): Omit<Found, 'notRecovered'> {
  const outputs = cluster.replicas.map((replica) => replica.output());
  const lines = outputs.flatMap(({ log }) => log.split('\n'));
  const audit = auditLines(lines);
  const none = { intents: 0, events: 0 };
  return {
    seen: problems,
    lost: sent.flatMap((one) => lostOutcomes({ ...one, ...(audit.get(one.requestId) ?? none) })),
    doubled: doubledWrites(writes, (write) => attempts.get(subjectOf(write)) ?? 1),
    crashes: cluster.replicas.flatMap(({ crashes }) => crashes),
    problems: outputs.map((output) => output.problems).join(''),
    unforeseen: lines.filter((line) => line.includes('unforeseen failure')),
    tokens: lines.filter(holdsToken),
  };
}

/** What a write is about, if it may be asked for more than once: a name, or the limits of a project. */
function subjectOf({ path, body }: Write): string {
  const [, projectId] = /\/projects\/([^/]+)\/limits/.exec(path) ?? [];
  return projectId ?? /"name":"([^"]+)"/.exec(body)?.[1] ?? '';
}

/** Lines of the audit log, by request. */
function auditLines(lines: readonly string[]): Map<string, { intents: number; events: number }> {
  const counts = new Map<string, { intents: number; events: number }>();
  for (const line of lines) {
    // A killed process may leave half a line.
    if (!line.endsWith('}') || !/"(?:action|intent)":/.test(line)) continue;
    const { requestId, intent, action } = JSON.parse(line);
    const count = counts.get(requestId) ?? { intents: 0, events: 0 };
    if (intent !== undefined) count.intents += 1;
    else if (action !== undefined) count.events += 1;
    counts.set(requestId, count);
  }
  return counts;
}
