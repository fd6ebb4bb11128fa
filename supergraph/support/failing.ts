import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Ways in which a subgraph can fail. Each tempts a client to send again. */
export const FAILURES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '503 with Retry-After': (response) => void response.writeHead(503, { 'retry-after': '0' }).end('{}'),
  'a status of 429': (response) => void response.writeHead(429, { 'retry-after': '0' }).end('{}'),
  'a connection that ends before the answer': (response) => void response.destroy(),
};

export interface FailingSubgraph {
  readonly url: string;
  /** Operations that arrived. */
  readonly arrived: string[];
  close(): Promise<void>;
}

/** A subgraph that fails for every operation, and counts them. */
export async function startFailing(fail: (response: ServerResponse) => void): Promise<FailingSubgraph> {
  const arrived: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    arrived.push(await new Response(incoming as never).text());
    fail(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    arrived,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
