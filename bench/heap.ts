import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import type { Running } from './processes.ts';

const POLL_MS = 50;

/** Bytes of the heap of a server, started with `COLLECTABLE`, once all garbage has been collected. */
export async function heapCollected({ pid, url }: Running): Promise<number> {
  const before = await metricOf(url, FULL_COLLECTIONS);
  process.kill(pid, 'SIGUSR2');
  while ((await metricOf(url, FULL_COLLECTIONS)) === before) await pause(POLL_MS);
  return metricOf(url, 'nodejs_heap_size_used_bytes');
}

const FULL_COLLECTIONS = 'nodejs_gc_duration_seconds_count{kind="major"}';

/** Zero for a series that has nothing in it yet. */
async function metricOf(url: string, series: string): Promise<number> {
  const text = await (await request(`${url}/metrics`)).body.text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length) ?? 0);
}
