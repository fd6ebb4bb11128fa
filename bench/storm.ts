import { once } from 'node:events';
import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Pool } from 'undici';
import type { Shot } from './load.ts';
import type { Running } from './processes.ts';
import { residentBytes } from './processTree.ts';
import type { SmallAnswers, SmallCaller } from './smallCaller.ts';

/** Outcome of requests that were sent at a rate, whether or not earlier ones were answered. */
export interface Storm {
  readonly sent: number;
  readonly answered: number;
  readonly shed: number;
  readonly failed: number;
  /** Times of answers and of refusals, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly shedP50: number;
  readonly shedP99: number;
  /** Delay of the callers' own event loop, which is part of all times. */
  readonly callersP99: number;
}

const DRAIN_MS = 5_000;

/** Sends `perSecond` requests for so long. `isRight` judges the body of a 200. */
export async function storm(
  server: Running,
  shots: readonly Shot[],
  perSecond: number,
  forMs: number,
  isRight: (body: Buffer) => boolean,
): Promise<Storm> {
  const pool = new Pool(server.url, { connections: 2_000, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const [answered, shed]: [number[], number[]] = [[], []];
  let [sent, failed] = [0, 0];
  const underWay: Promise<void>[] = [];
  const one = async (shot: Shot) => {
    const at = performance.now();
    try {
      const { statusCode, body } = await pool.request(shot);
      const bytes = Buffer.from(await body.arrayBuffer());
      const took = performance.now() - at;
      if (statusCode === 200 && isRight(bytes)) answered.push(took);
      else if (statusCode === 503) shed.push(took);
      else failed += 1;
    } catch {
      failed += 1;
    }
  };
  const delay = monitorEventLoopDelay({ resolution: 2 });
  delay.enable();
  const start = performance.now();
  while (performance.now() - start < forMs) {
    const due = Math.floor(((performance.now() - start) / 1_000) * perSecond);
    for (; sent < due; sent += 1) underWay.push(one(shots[sent % shots.length] as Shot));
    await pause(1);
  }
  // Answers that come later than that come too late.
  await Promise.race([Promise.all(underWay), pause(DRAIN_MS)]);
  delay.disable();
  await pool.destroy();
  const callersP99 = delay.percentile(99) / 1e6;
  return {
    ...{ sent, answered: answered.length, shed: shed.length, failed },
    ...{ p50: quantile(answered, 0.5), p99: quantile(answered, 0.99), callersP99 },
    ...{ shedP50: quantile(shed, 0.5), shedP99: quantile(shed, 0.99) },
  };
}

/** Runs `during`, and asks one small question every so often meanwhile. */
export async function beside(
  { url }: Running,
  shot: Shot,
  everyMs: number,
  during: () => Promise<unknown>,
): Promise<SmallAnswers> {
  const workerData: SmallCaller = { url, shot, everyMs };
  const caller = new Worker(new URL('smallCaller.ts', import.meta.url), { workerData });
  const told = once(caller, 'message');
  await Promise.race([during(), told]);
  caller.postMessage('end');
  const [answers] = (await told) as [SmallAnswers];
  return answers;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Greatest memory of a server while `during` runs, in bytes. */
export async function peakOf<T>(server: Running, during: () => Promise<T>): Promise<{ result: T; peak: number }> {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(server.pid));
  }, 50);
  try {
    const result = await during();
    return { result, peak };
  } finally {
    clearInterval(timer);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
