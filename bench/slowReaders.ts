import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { heapCollected } from './heap.ts';
import type { Shot } from './load.ts';
import type { Running } from './processes.ts';
import { connectionsFrom, residentBytes } from './processTree.ts';

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
  const slow = await Promise.all(Array.from({ length: readers }, () => readSlowly(server, shot)));
  const ports = new Set(slow.map(({ port }) => port));
  let peak = before;
  const start = performance.now();
  let seconds = Number.POSITIVE_INFINITY;
  while (performance.now() - start < LONGEST_MS && seconds === Number.POSITIVE_INFINITY) {
    peak = Math.max(peak, residentBytes(server.pid) / MEGABYTE);
    await pause(50);
    if (connectionsFrom(server.pid, ports) === 0) seconds = (performance.now() - start) / 1_000;
  }
  for (const { stop } of slow) stop();
  const heapAfter = (await heapCollected(server)) / MEGABYTE;
  const residentMb = [before, peak, residentBytes(server.pid) / MEGABYTE] as const;
  return { name, readers, seconds, residentMb, heapMb: [heapBefore, heapAfter] };
}

/** Asks, and takes a byte each second. A socket that does not read hears of no end: the server's side tells. */
async function readSlowly({ url }: Running, { method, path, headers, body }: Shot) {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': `${Buffer.byteLength(body ?? '')}` });
  const head = lines.map(([header, value]) => `${header}: ${value}\r\n`).join('');
  socket.write(`${method} ${path} HTTP/1.1\r\n${head}connection: close\r\n\r\n${body ?? ''}`);
  socket.pause();
  const timer = setInterval(() => socket.read(1), 1_000);
  const stop = () => {
    clearInterval(timer);
    socket.destroy();
  };
  return { port: socket.localPort ?? 0, stop };
}
