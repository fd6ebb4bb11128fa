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
  /** Codes of those. */
  readonly failures: readonly string[];
  /** Delay of its own event loop, the 99th of a hundred, in milliseconds: part of all times. */
  readonly lateMs: number;
}

const RESOLUTION_MS = 1;

// A thread of its own: whoever takes large answers is too busy to look at the time.
const { url, shot, everyMs } = workerData as SmallCaller;
const pool = new Pool(url, { connections: 64, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const clock = () => performance.timeOrigin + performance.now();
const spans: Span[] = [];
const failures: string[] = [];
const underWay: Promise<void>[] = [];
let isDone = false;
parentPort?.once('message', () => {
  isDone = true;
});

async function one(): Promise<void> {
  const start = clock();
  const failure = await pool.request(shot).then(
    async ({ statusCode, body }) => {
      const [, code = null] = /"errors".*"code":"(\w+)"/s.exec(await body.text()) ?? [];
      return code ?? (statusCode === 200 ? null : String(statusCode));
    },
    () => 'no answer',
  );
  if (failure !== null) failures.push(failure);
  spans.push({ start, end: failure === null ? clock() : Number.POSITIVE_INFINITY });
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
const answers: SmallAnswers = { spans, failures, lateMs: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS) };
parentPort?.postMessage(answers);
