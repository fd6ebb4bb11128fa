import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import type { Shot } from './load.ts';
import type { Span } from './relay.ts';

/** What the thread of a small caller is told. */
export interface SmallCaller {
  readonly url: string;
  readonly shot: Shot;
  readonly everyMs: number;
}

/** What it tells in the end. */
export interface SmallAnswers {
  /** Requests from their sending to their whole answers. A wrong answer never ends. */
  readonly spans: readonly Span[];
  /** Delay of its own event loop, the 99th of a hundred, in milliseconds: part of all times. */
  readonly lateMs: number;
}

const RESOLUTION_MS = 1;

// A thread of its own: whoever takes large answers is too busy to look at the time.
const { url, shot, everyMs } = workerData as SmallCaller;
const pool = new Pool(url, { connections: 64, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const clock = () => performance.timeOrigin + performance.now();
const spans: Span[] = [];
const underWay: Promise<void>[] = [];
let isDone = false;
parentPort?.once('message', () => {
  isDone = true;
});

async function one(): Promise<void> {
  const start = clock();
  const isRight = await pool.request(shot).then(
    async ({ statusCode, body }) => !(await body.text()).includes('"errors"') && statusCode === 200,
    () => false,
  );
  spans.push({ start, end: isRight ? clock() : Number.POSITIVE_INFINITY });
}

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
while (!isDone) {
  underWay.push(one());
  await pause(everyMs);
}
await Promise.all(underWay);
delay.disable();
await pool.close();
const answers: SmallAnswers = { spans, lateMs: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS) };
parentPort?.postMessage(answers);
