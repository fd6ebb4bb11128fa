import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { heapCollected } from './heap.ts';
import type { Shot } from './load.ts';
import type { Running } from './processes.ts';
import { openFiles, residentBytes } from './processTree.ts';

export interface SlowFigures {
  readonly name: string;
  readonly readers: number;
  /** Time until the server had ended all their connections, in seconds. Infinite if it did not. */
  readonly seconds: number;
  readonly residentMb: readonly [before: number, peak: number, after: number];
  readonly heapMb: readonly [before: number, after: number];
}

const LONGEST_MS = 120_000;
const MEGABYTE = 2 ** 20;

/** Readers of a byte a second ask for large answers, all at once. */
export async function slowReaders(name: string, server: Running, shot: Shot, readers: number): Promise<SlowFigures> {
  const heapBefore = (await heapCollected(server)) / MEGABYTE;
  const before = residentBytes(server.pid) / MEGABYTE;
  const files = openFiles(server.pid);
  const ends = Array.from({ length: readers }, () => readSlowly(server, shot));
  let peak = before;
  const start = performance.now();
  let [wasOpen, seconds] = [false, Number.POSITIVE_INFINITY];
  while (performance.now() - start < LONGEST_MS && seconds === Number.POSITIVE_INFINITY) {
    peak = Math.max(peak, residentBytes(server.pid) / MEGABYTE);
    const open = openFiles(server.pid) - files;
    wasOpen ||= open >= readers / 2;
    // A few connections to the platform may stay.
    if (wasOpen && open < readers / 20) seconds = (performance.now() - start) / 1_000;
    await pause(50);
  }
  for (const end of ends) end();
  const heapAfter = (await heapCollected(server)) / MEGABYTE;
  const residentMb = [before, peak, residentBytes(server.pid) / MEGABYTE] as const;
  return { name, readers, seconds, residentMb, heapMb: [heapBefore, heapAfter] };
}

/** Asks, and takes a byte each second. A socket that does not read hears of no end: the server's side tells. Returns how to stop. */
function readSlowly({ url }: Running, { method, path, headers, body }: Shot): () => void {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  socket.on('error', () => undefined);
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': `${Buffer.byteLength(body ?? '')}` });
  const head = lines.map(([header, value]) => `${header}: ${value}\r\n`).join('');
  socket.write(`${method} ${path} HTTP/1.1\r\n${head}connection: close\r\n\r\n${body ?? ''}`);
  socket.pause();
  const timer = setInterval(() => socket.read(1), 1_000);
  return () => {
    clearInterval(timer);
    socket.destroy();
  };
}
