import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import type { Shot } from './load.ts';

/** What the thread of a small caller is told. */
export interface SmallCaller {
  readonly url: string;
  readonly shot: Shot;
  readonly everyMs: number;
}

// A thread of its own: whoever takes large answers is too busy to look at the time.
const { url, shot, everyMs } = workerData as SmallCaller;
const pool = new Pool(url, { connections: 64, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const times: number[] = [];
const underWay: Promise<void>[] = [];
let isDone = false;
parentPort?.once('message', () => {
  isDone = true;
});

async function one(): Promise<void> {
  const at = performance.now();
  const isRight = await pool.request(shot).then(
    async ({ statusCode, body }) => !(await body.text()).includes('"errors"') && statusCode === 200,
    () => false,
  );
  times.push(isRight ? performance.now() - at : Number.POSITIVE_INFINITY);
}

while (!isDone) {
  underWay.push(one());
  await pause(everyMs);
}
await Promise.all(underWay);
await pool.close();
parentPort?.postMessage(times);
