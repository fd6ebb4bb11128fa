import { vi } from 'vitest';
import { linesOf, type Program, runProgram } from '../support/program.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';

/** How callers identify at a replica. */
export type Mode = 'passthrough' | 'jwt';

/** The longest that a program takes to begin, on a busy machine. */
const START = { timeout: 240_000 };

/** A replica of the facade, through all of its deaths. */
export class Replica {
  readonly mode: Mode;
  readonly #env: Readonly<Record<string, string>>;
  readonly #ended: Program[] = [];
  #program: Program | null = null;
  /** Null while it does not listen. */
  url: string | null = null;
  /** Ends that nobody asked for, and what was written to standard error. */
  readonly crashes: string[] = [];

  constructor(mode: Mode, env: Readonly<Record<string, string>>) {
    this.mode = mode;
    this.#env = env;
  }

  async start(): Promise<void> {
    const program = runProgram(this.#env);
    this.#program = program;
    void program.exit.then((code) => {
      if (this.#program === program) this.crashes.push(`exit ${code}: ${program.output.problems.slice(-2_000)}`);
    });
    const address = () => linesOf(program.output.log).find(({ msg }) => msg === 'listening')?.address;
    this.url = await vi.waitFor(() => String(address() ?? fail(program)), START);
  }

  /** Ends the process: at once, or as an orchestrator asks. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const program = this.#program;
    this.url = null;
    this.#program = null;
    if (!program) return;
    this.#ended.push(program);
    program.signal(signal);
    const code = await program.exit;
    if (signal === 'SIGTERM' && code !== 0) this.crashes.push(`exit ${code} after SIGTERM`);
  }

  /** Everything that all of its processes wrote. */
  output(): { readonly log: string; readonly problems: string } {
    const outputs = [...this.#ended, ...(this.#program ? [this.#program] : [])].map(({ output }) => output);
    return { log: outputs.map(({ log }) => log).join(''), problems: outputs.map(({ problems }) => problems).join('') };
  }
}

function fail({ output }: Program): never {
  throw new Error(`a replica does not listen: ${output.problems.slice(-2_000)} ${output.log.slice(-2_000)}`);
}

/** Replicas over one platform and one Redis. */
export interface Cluster {
  readonly replicas: readonly Replica[];
  readonly redis: RedisServer;
  /** Number of times that Redis lost what it held. */
  losses: number;
  close(): Promise<void>;
}

export async function startCluster(
  modes: readonly Mode[],
  envOf: (mode: Mode) => Readonly<Record<string, string>>,
): Promise<Cluster> {
  const redis = await startRedisServer();
  const env = { PORT: '0', CACHE: 'redis', REDIS_URL: redis.url };
  const replicas = modes.map((mode) => new Replica(mode, { ...env, ...envOf(mode) }));
  await Promise.all(replicas.map((replica) => replica.start()));
  return {
    replicas,
    redis,
    losses: 0,
    close: async () => {
      await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
      await redis.close();
    },
  };
}
