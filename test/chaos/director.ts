import type { Emulator } from '../../emulator/emulator.ts';
import type { Cluster, Replica } from './cluster.ts';
import { type Act, actOf, toldOf } from './schedule.ts';

/** Makes things go wrong, one after the other, by the schedule of a seed. */
export class Director {
  readonly #seed: number;
  readonly #emulator: Emulator;
  readonly #cluster: Cluster;
  /** Replicas that are on their way back. */
  readonly #returning = new Set<Promise<void>>();
  /** What was done, for the report. */
  readonly acts: string[] = [];

  constructor(seed: number, emulator: Emulator, cluster: Cluster) {
    this.#seed = seed;
    this.#emulator = emulator;
    this.#cluster = cluster;
  }

  /** Acts until it is over. */
  async run(isOver: () => boolean): Promise<void> {
    for (let index = 0; !isOver(); index += 1) {
      const { act, pauseMs } = actOf(this.#seed, index, this.#cluster.replicas.length);
      this.acts.push(toldOf(act));
      await this.#do(act);
      await pause(pauseMs);
    }
  }

  async #do(act: Act): Promise<void> {
    if (act.does === 'faults') this.#emulator.setFaults([...act.faults]);
    else if (act.does === 'delay') this.#delay(act.statusMs, act.listMs, act.latencyMs);
    else if (act.does === 'end') this.#endReplica(this.#cluster.replicas[act.replica]!, act.signal);
    else if (act.how === 'kill') await this.#loseRedis(act.ms);
    else await this.#stallRedis(act.ms);
  }

  #delay(statusMs: number, listMs: number, latencyMs: number): void {
    this.#emulator.setStatusDelay(statusMs);
    this.#emulator.setListDelay(listMs);
    this.#emulator.setLatency(latencyMs);
  }

  /** Somebody is left to ask, of each mode. */
  #endReplica(replica: Replica, signal: 'SIGKILL' | 'SIGTERM'): void {
    const isSpare = this.#cluster.replicas.some((one) => one !== replica && one.mode === replica.mode && one.url);
    if (!isSpare || replica.url === null) return;
    const back = replica.end(signal).then(() => replica.start());
    this.#returning.add(back);
    void back.finally(() => this.#returning.delete(back));
  }

  async #loseRedis(ms: number): Promise<void> {
    this.#cluster.losses += 1;
    await this.#cluster.redis.kill();
    await pause(ms);
    this.#cluster.losses += 1;
    await this.#cluster.redis.start();
  }

  async #stallRedis(ms: number): Promise<void> {
    this.#cluster.redis.stall();
    await pause(ms);
    this.#cluster.redis.resume();
  }

  /** Ends all that goes wrong; resolves when every replica listens. */
  async end(): Promise<void> {
    await Promise.all(this.#returning);
    this.#delay(0, 0, 0);
    this.#emulator.setFaults([]);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
