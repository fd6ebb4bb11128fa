import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from './processes.ts';

/** Turns of a server's event loop, by the time that its thread was at work. Waiting for one of the cores is no part of it. */
export interface TurnFigures {
  readonly longestMs: number;
  /** Number of turns above 8 ms. */
  readonly above8: number;
}

const POLL_MS = 20;
const DEADLINE_MS = 5_000;

/** File in which a server that was started with `turnsOnSignal.ts` leaves its figures. */
export function turnsFile(pid: number): string {
  return join(tmpdir(), `geai-graph-bench-turns-${pid}.json`);
}

/** Turns since this was asked the last time. */
export async function turnsOf({ pid }: Running): Promise<TurnFigures> {
  const file = turnsFile(pid);
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  const end = performance.now() + DEADLINE_MS;
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') {
    if (performance.now() > end) throw new Error('the server does not tell of its turns');
    await pause(POLL_MS);
  }
  const figures = JSON.parse(readFileSync(file, 'utf8')) as TurnFigures;
  rmSync(file);
  return figures;
}
