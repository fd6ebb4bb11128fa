// Hive Gateway 2: `hive-gateway supergraph supergraph.graphql -c hive-gateway.config.ts`. Checked by running it: routers.test.ts.
import { Agent } from 'node:http';
import type { GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime';

/** Name of the facade's subgraph. */
const GEAI = 'geai';

const keptAlive = new Agent({ keepAlive: true, timeout: 60_000 });

export const gatewayConfig = withSecret(process.env.ROUTER_SECRET);

export function withSecret(secret: string | undefined) {
  return {
    supergraph: 'supergraph.graphql',

    propagateHeaders: {
      // The caller's token goes to the subgraphs that read it, and the router's secret to the facade alone.
      fromClientToSubgraphs: ({ request, subgraphName }) => {
        if (subgraphName !== GEAI) return {};
        return {
          authorization: request.headers.get('authorization'),
          // Only in passthrough mode: more tokens of the platform.
          'geai-tokens': request.headers.get('geai-tokens'),
          'x-router-secret': secret,
        };
      },
    },

    // Above UPSTREAM_DEADLINE_MS (25 s) and the time of writing the answer, so that the facade's own error arrives.
    upstreamTimeout: 35_000,
    requestDeadline: 40_000,

    // The facade sends its own reads again. A mutation is never sent twice: the platform may have acted on the first.
    upstreamRetry: ({ executionRequest }) =>
      executionRequest.operationType === 'query'
        ? // Only what did not reach the facade: a replica that ends refuses the connection.
          { maxRetries: 1, retryDelay: 100, shouldRetry: ({ response }) => response === undefined }
        : undefined,

    // Connections are kept. The facade closes unused ones after 65 s; the router gives them up before.
    customAgent: () => keptAlive,

    // Answers of the facade are JSON of up to megabytes: the router asks for gzip, and offers it to clients.
    contentEncoding: true,

    // Codes of the facade reach clients in any case. True hides only what the router itself throws.
    maskedErrors: true,
  } satisfies GatewayConfigSupergraph;
}
