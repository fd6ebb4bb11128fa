import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { Heartbeat, healthOf, monotonicNow } from './heartbeat.ts';

/** Data of the thread that answers about health. */
export interface HealthWorkerData {
  readonly memory: SharedArrayBuffer;
  readonly host: string;
  readonly port: number;
}

const { memory, host, port } = workerData as HealthWorkerData;
const heartbeat = new Heartbeat(memory);

const server = createServer(({ method, url = '' }, response) => {
  const path = method === 'GET' || method === 'HEAD' ? (url.split('?', 1)[0] ?? '') : '';
  const { status, body } = healthOf(path, heartbeat, monotonicNow());
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
});
server.requestTimeout = 5_000;
server.maxConnections = 100;
server.listen(port, host, () => parentPort?.postMessage(server.address()));
