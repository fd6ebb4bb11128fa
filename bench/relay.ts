import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A stretch of time, in milliseconds of the wall clock. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What the thread of a relay is told. */
export interface RelayOrder {
  readonly platformUrl: string;
  /** Text in the calls that are timed. */
  readonly mark: string;
}

/** Stands between a server and the platform, and sees how long the platform takes. */
export interface Relay {
  readonly url: string;
  /** Calls with the mark that began and ended since this was asked the last time. */
  spans(): Promise<readonly Span[]>;
  close(): Promise<unknown>;
}

export async function openRelay(order: RelayOrder): Promise<Relay> {
  const thread = new Worker(new URL('relayThread.ts', import.meta.url), { workerData: order });
  const [port] = (await once(thread, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    spans: async () => {
      const told = once(thread, 'message');
      thread.postMessage('spans');
      const [spans] = (await told) as [readonly Span[]];
      return spans;
    },
    close: () => thread.terminate(),
  };
}

/** Part of `whole` that lies in none of the others, in milliseconds. */
export function outside(whole: Span, others: readonly Span[]): number {
  let [left, from] = [0, whole.start];
  for (const { start, end } of others.toSorted((a, b) => a.start - b.start)) {
    if (start >= whole.end) break;
    left += Math.max(0, start - from);
    from = Math.max(from, end);
  }
  return left + Math.max(0, whole.end - from);
}
