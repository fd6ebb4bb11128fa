import { type AddressInfo, connect, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { RelayOrder, Span } from './relay.ts';

// A thread of its own, which does nothing long: what it sees late was late before.
const { platformUrl, mark } = workerData as RelayOrder;
const { hostname, port } = new URL(platformUrl);
const clock = () => performance.timeOrigin + performance.now();
let spans: Span[] = [];

const server = createServer((near) => {
  const far = connect(Number(port), hostname);
  let call: { start: number; end: number } | null = null;
  // One call at a time: with the next, the last one has ended.
  near.on('data', (chunk) => {
    const now = clock();
    call = chunk.includes(mark) ? { start: now, end: now } : null;
    if (call) spans.push(call);
  });
  far.on('data', () => {
    if (call) call.end = clock();
  });
  near.pipe(far).pipe(near);
  for (const socket of [near, far]) {
    socket.setNoDelay();
    socket.on('error', () => {
      near.destroy();
      far.destroy();
    });
  }
});

server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
parentPort?.on('message', () => {
  parentPort?.postMessage(spans);
  spans = [];
});
