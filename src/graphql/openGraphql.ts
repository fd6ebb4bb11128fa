import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config.ts';
import { DEFAULT_LIMITS, type QueryLimits } from '../limits/limits.ts';
import type { Services } from '../request/services.ts';
import { STRETCH } from '../request/stretches.ts';
import { GraphqlServer } from './graphqlServer.ts';
import { openTrustedDocuments } from './trusted/trustedDocuments.ts';

/** Starts GraphQL as it is configured. `schema` is the one that it serves. */
export async function openGraphql(
  schema: GraphQLSchema,
  { config, log, metrics, redis, gate }: Pick<Services, 'config' | 'log' | 'metrics' | 'redis' | 'gate'>,
): Promise<GraphqlServer> {
  const { introspection } = config;
  const limits = limitsOf(config);
  const trusted = openTrustedDocuments(config, { schema, introspection, limits, log });
  const budget = { calls: config.upstreamCallBudget, objects: config.maxAnswerObjects };
  const { compileQueries, cacheControl, cacheTags } = config;
  const nextStretch = () => gate.goOn({ weight: STRETCH, gateKey: 'answers', isAbandoned: false });
  const settings = { introspection, compileQueries, cacheControl, cacheTags, limits, budget, nextStretch };
  const server = new GraphqlServer({ ...settings, subgraph: config, trusted, log, metrics, redis });
  await server.start();
  return server;
}

function limitsOf({ maxQueryDepth, maxQueryTokens }: Config): QueryLimits {
  // A line without a token is a comment, or blank.
  return { ...DEFAULT_LIMITS, depth: maxQueryDepth, tokens: maxQueryTokens, lines: maxQueryTokens };
}
