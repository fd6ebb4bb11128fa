import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HealthWorkerData } from './healthWorker.ts';
import { Heartbeat, monotonicNow, type Unready } from './heartbeat.ts';
import type { Readiness } from './readiness.ts';

const BEAT_MS = 100;

/** Name of this file at its end: `.ts`, or `.js` once compiled. */
const WORKER = new URL(`./healthWorker${extname(import.meta.url)}`, import.meta.url);

/**
 * Server of `/health/live` and `/health/ready` in a thread of its own, so that load delays no probe. Tells the truth about the main
 * thread by its heartbeat.
 */
export class HealthServer {
  readonly #heartbeat = new Heartbeat();
  readonly #readiness: Readiness;
  readonly #address: Pick<HealthWorkerData, 'host' | 'port'>;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unready: Unready | null = null;

  constructor(readiness: Readiness, host: string, port: number) {
    this.#readiness = readiness;
    this.#address = { host, port };
  }

  /** Opens the port. Returns its number. */
  async listen(): Promise<number> {
    await this.refresh();
    const workerData: HealthWorkerData = { memory: this.#heartbeat.memory, ...this.#address };
    // Before the thread: a machine on which that takes seconds to start must not call this one silent.
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#timer.unref();
    const worker = new Worker(WORKER, { workerData });
    this.#worker = worker;
    // Rejects with what the thread could not do.
    const [address] = (await once(worker, 'message')) as [AddressInfo];
    worker.unref();
    return address.port;
  }

  /** Finds out anew whether the server is ready. */
  async refresh(): Promise<void> {
    const { reason } = await this.#readiness.check();
    this.#unready = reason ?? null;
    this.#heartbeat.beat(monotonicNow(), this.#unready);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#worker?.terminate();
  }

  /** An answer about readiness may take a while: the sign of life does not wait for it. */
  #beat(): void {
    this.#heartbeat.beat(monotonicNow(), this.#unready);
    void this.refresh();
  }
}
