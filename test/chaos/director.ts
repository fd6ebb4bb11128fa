import type { Emulator } from '../../emulator/emulator.ts';
import type { Random } from '../support/random.ts';
import { randomFault } from '../support/randomFaults.ts';
import type { Cluster, Replica } from './cluster.ts';

/** Makes things go wrong, one after the other, for as long as it is asked to. */
export class Director {
  readonly #random: Random;
  readonly #emulator: Emulator;
  readonly #cluster: Cluster;
  /** Replicas that are on their way back. */
  readonly #returning = new Set<Promise<void>>();
  /** What was done, for the report. */
  readonly acts: string[] = [];

  constructor(random: Random, emulator: Emulator, cluster: Cluster) {
    this.#random = random;
    this.#emulator = emulator;
    this.#cluster = cluster;
  }

  async act(): Promise<void> {
    const random = this.#random;
    await random.oneOf<Promise<void> | void>(
      [5, () => this.#misbehave()],
      [2, () => this.#emulator.setFaults([])],
      [1, () => this.#delay()],
      [1.5, () => this.#endReplica('SIGKILL')],
      [0.5, () => this.#endReplica('SIGTERM')],
      [1, () => this.#loseRedis()],
      [1, () => this.#stallRedis()],
    );
  }

  #misbehave(): void {
    const faults = this.#random.many(1, 4, () => randomFault(this.#random));
    this.acts.push(`faults ${faults.map(({ kind, route }) => `${kind} of ${route}`).join(', ')}`);
    this.#emulator.setFaults(faults);
  }

  #delay(): void {
    this.#emulator.setStatusDelay(this.#random.pick([0, 50, 400]));
    this.#emulator.setListDelay(this.#random.pick([0, 50, 400]));
  }

  #endReplica(signal: 'SIGKILL' | 'SIGTERM'): void {
    const up = this.#cluster.replicas.filter(({ url }) => url !== null);
    // Somebody must be left to ask, of each mode.
    const spare = up.filter((one) => up.some((other) => other !== one && other.mode === one.mode));
    if (spare.length === 0) return;
    const replica = this.#random.pick(spare);
    this.acts.push(`${signal} of replica ${this.#cluster.replicas.indexOf(replica)}`);
    const back = endAndStart(replica, signal);
    this.#returning.add(back);
    void back.finally(() => this.#returning.delete(back));
  }

  async #loseRedis(): Promise<void> {
    this.acts.push('Redis killed');
    this.#cluster.losses += 1;
    await this.#cluster.redis.kill();
    await pause(this.#random.between(100, 1_500));
    this.#cluster.losses += 1;
    await this.#cluster.redis.start();
  }

  async #stallRedis(): Promise<void> {
    this.acts.push('Redis stalled');
    this.#cluster.redis.stall();
    await pause(this.#random.between(100, 1_500));
    this.#cluster.redis.resume();
  }

  /** Ends all that goes wrong; resolves when every replica listens. */
  async end(): Promise<void> {
    await Promise.all(this.#returning);
    this.#emulator.setStatusDelay(0);
    this.#emulator.setListDelay(0);
    this.#emulator.setFaults([]);
  }
}

async function endAndStart(replica: Replica, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  await replica.end(signal);
  await replica.start();
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
