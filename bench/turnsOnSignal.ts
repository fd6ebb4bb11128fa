import { writeFileSync } from 'node:fs';
import { type TurnFigures, turnsFile } from './turns.ts';

/**
 * Loaded before a server whose turns of the event loop are measured: on SIGUSR2 it writes what they took of the thread since the last time.
 * An immediate that is not waited for comes once in each turn, and wakes nobody.
 */
let times: number[] = [];
let last = threadMicroseconds();
let isFirst = true;

function endTurn(): void {
  const now = threadMicroseconds();
  // The turn of the signal itself is none of the server's.
  if (!isFirst) times.push((now - last) / 1_000);
  isFirst = false;
  last = now;
  setImmediate(endTurn).unref();
}

function threadMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

setImmediate(endTurn).unref();

process.on('SIGUSR2', () => {
  const sorted = times.sort((a, b) => b - a);
  const figures: TurnFigures = { longestMs: sorted[0] ?? 0, above8: sorted.filter((time) => time > 8).length };
  [times, isFirst] = [[], true];
  writeFileSync(turnsFile(process.pid), JSON.stringify(figures));
});
