import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';

/** Hive Gateway over HTTP. */
export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the gateway as docs/front-door.md sets it up, for pages of the origins. */
export async function startGateway(supergraph: string, origins: string[]): Promise<Gateway> {
  const gateway = createGatewayRuntime({
    supergraph,
    cors: { origin: origins },
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }),
    },
    logging: false,
  });
  const server = createServer(gateway);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await gateway.dispose();
    },
  };
}
