import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config.ts';
import { DEFAULT_LIMITS, type QueryLimits } from '../limits/limits.ts';
import type { Services } from '../request/services.ts';
import { GraphqlServer } from './graphqlServer.ts';
import { openTrustedDocuments } from './trusted/trustedDocuments.ts';

/** Starts GraphQL as it is configured. `schema` is the one that it serves. */
export async function openGraphql(
  schema: GraphQLSchema,
  { config, log, metrics, redis }: Pick<Services, 'config' | 'log' | 'metrics' | 'redis'>,
): Promise<GraphqlServer> {
  const { introspection } = config;
  const limits = limitsOf(config);
  const trusted = openTrustedDocuments(config, { schema, introspection, limits, log });
  const budget = { calls: config.upstreamCallBudget, objects: config.maxAnswerObjects };
  const { compileQueries, cacheControl, cacheTags } = config;
  const settings = { introspection, compileQueries, cacheControl, cacheTags, limits, budget };
  const server = new GraphqlServer({ ...settings, subgraph: config, trusted, log, metrics, redis });
  await server.start();
  return server;
}

function limitsOf({ maxQueryDepth, maxQueryTokens }: Config): QueryLimits {
  // A line without a token is a comment, or blank.
  return { ...DEFAULT_LIMITS, depth: maxQueryDepth, tokens: maxQueryTokens, lines: maxQueryTokens };
}
