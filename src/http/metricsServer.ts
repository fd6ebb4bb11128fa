import { createServer } from 'node:http';
import type { Metrics } from '../observability/metrics.ts';

/** Server of `/metrics` alone, for networks in which scrapes come another way than requests. */
export interface MetricsServer {
  listen(): Promise<void>;
  close(): Promise<void>;
}

export function createMetricsServer(metrics: Metrics, host: string, port: number): MetricsServer {
  const server = createServer(async (request, response) => {
    const isKnown = request.method === 'GET' && request.url?.split('?', 1)[0] === '/metrics';
    if (!isKnown) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
  });
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject).listen(port, host, resolve);
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
