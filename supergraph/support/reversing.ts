import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A subgraph that goes wrong: it answers as the one behind it, with its entities in the opposite order. */
export async function startReversing(target: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = incoming.headers;
    const body = await new Response(incoming as never).text();
    const answer = await fetch(target, { method: 'POST', headers: headers as Record<string, string>, body });
    const result = JSON.parse(await answer.text());
    result.data?._entities?.reverse();
    outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
