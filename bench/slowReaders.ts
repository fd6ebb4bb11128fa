import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { heapCollected } from './heap.ts';
import type { Shot } from './load.ts';
import type { Running } from './processes.ts';
import { residentBytes } from './processTree.ts';

export interface SlowFigures {
  readonly name: string;
  readonly readers: number;
  /** Readers whose connection the server ended, and the time until all were ended, in seconds. */
  readonly ended: number;
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
  const open = new Set(Array.from({ length: readers }, () => readSlowly(server, shot)));
  for (const reader of open) void reader.then(() => open.delete(reader));
  let peak = before;
  const start = performance.now();
  while (open.size > 0 && performance.now() - start < LONGEST_MS) {
    peak = Math.max(peak, residentBytes(server.pid) / MEGABYTE);
    await pause(50);
  }
  const seconds = (performance.now() - start) / 1_000;
  const heapAfter = (await heapCollected(server)) / MEGABYTE;
  const residentMb = [before, peak, residentBytes(server.pid) / MEGABYTE] as const;
  return { name, readers, ended: readers - open.size, seconds, residentMb, heapMb: [heapBefore, heapAfter] };
}

/** Resolves when the connection is ended. */
async function readSlowly({ url }: Running, { method, path, headers, body }: Shot): Promise<void> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  socket.on('error', () => undefined);
  const ended = once(socket, 'close');
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': `${Buffer.byteLength(body ?? '')}` });
  const head = lines.map(([header, value]) => `${header}: ${value}\r\n`).join('');
  socket.write(`${method} ${path} HTTP/1.1\r\n${head}connection: close\r\n\r\n${body ?? ''}`);
  socket.pause();
  const timer = setInterval(() => socket.read(1), 1_000);
  await ended;
  clearInterval(timer);
}
