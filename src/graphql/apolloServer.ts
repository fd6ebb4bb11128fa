import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestListener } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { formatError, isUnforeseen } from '../errors.ts';
import type { QueryLimits } from '../limits/limits.ts';
import { limitsRule } from '../limits/rule.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Redis } from '../redis.ts';
import type { RequestContext } from '../request/context.ts';
import { CompiledQueries } from './compiled/compiledQueries.ts';
import { createShortcut, type Shortcut, takesJson } from './compiled/fastPath.ts';
import type { Budget } from './costBudget.ts';
import { costPlanPlugin } from './costPlugin.ts';
import { documentStore, persistedQueries } from './documentStores.ts';
import { JSON_TYPE } from './mediaTypes.ts';
import { createSubgraph } from './schema.ts';

export interface GraphqlServerOptions {
  readonly introspection: boolean;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly limits: QueryLimits;
  /** What one operation may come to. */
  readonly budget: Budget;
  /** Where the replicas share persisted queries. Null: each keeps its own. */
  readonly redis: Redis | null;
}

/** GraphQL, without HTTP. */
export interface GraphqlServer {
  readonly engine: ApolloServer<RequestContext>;
  /** Asked first: it answers what the engine has answered before, and more quickly. */
  readonly shortcut: Shortcut;
}

/** The engine with its rules and plugins, and the shortcut past it. */
export function createGraphqlServer({
  introspection,
  log,
  metrics,
  limits,
  budget,
  redis,
}: GraphqlServerOptions): GraphqlServer {
  const schema = createSubgraph();
  const queries = new CompiledQueries(schema);
  const engine = new ApolloServer<RequestContext>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    formatError,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [limitsRule(limits)],
    // Each quotes the value that it is about, which may be most of the request.
    executionOptions: { maxCoercionErrors: 5 },
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    logger: log,
    stringifyResult: JSON.stringify,
    documentStore: documentStore(),
    persistedQueries: { cache: persistedQueries(redis) },
    plugins: [
      // Hooks every field and so doubles the cost of a list (performance-notes.md 1). Answers here are not to be cached.
      ApolloServerPluginCacheControlDisabled(),
      // One router that asks for traces would switch every field, for everybody and for good, to a slower path.
      ApolloServerPluginInlineTraceDisabled(),
      // Switched on by variables of the environment otherwise. Nothing leaves for anywhere but the platform.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      // We have our own: see landingPage.ts.
      ApolloServerPluginLandingPageDisabled(),
      reporting(metrics),
      withoutSubscriptions(),
      costPlanPlugin(budget),
      compiling(queries),
    ],
  });
  return { engine, shortcut: createShortcut({ schema, queries, budget, metrics }) };
}

/** Refuses what the engine would answer as a fault of ours: the schema has no subscriptions, and validation does not look. */
function withoutSubscriptions(): ApolloServerPlugin<RequestContext> {
  const listener: GraphQLRequestListener<RequestContext> = {
    didResolveOperation: async ({ operation }) => {
      if (operation?.operation !== 'subscription') return;
      const extensions = { code: 'BAD_REQUEST', http: { status: 400 } };
      throw new GraphQLError('This graph has no subscriptions.', { nodes: operation, extensions });
    },
  };
  return { requestDidStart: async () => listener };
}

/** Tells of each operation that was answered without an error. */
function compiling(queries: CompiledQueries): ApolloServerPlugin<RequestContext> {
  const listener: GraphQLRequestListener<RequestContext> = {
    willSendResponse: async ({ source, queryHash: hash, document, operation, response: { body } }) => {
      if (body.kind !== 'single' || body.singleResult.errors) return;
      if (source !== undefined && hash !== undefined && document && operation) {
        queries.answered({ source, hash, document, operation });
      }
    },
  };
  return { requestDidStart: async () => listener };
}

function asGraphqlError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
}

/** Tells the log and the metrics about each operation, and its caller the request id of each error. */
function reporting(metrics: Metrics): ApolloServerPlugin<RequestContext> {
  const listener: GraphQLRequestListener<RequestContext> = {
    didEncounterErrors: async ({ errors, contextValue: { log } }) => {
      for (const error of errors) {
        const cause = error.originalError ?? error;
        if (isUnforeseen(error)) log.error({ err: cause, path: error.path }, 'unforeseen failure');
        else log.debug({ failure: cause.name, code: error.extensions.code, path: error.path }, 'field failed');
      }
    },
    willSendResponse: async ({ request, response: { body, http }, operation, contextValue }) => {
      if (takesJson(request.http?.headers.get('accept'))) http.headers.set('content-type', JSON_TYPE);
      if (body.kind !== 'single') return;
      const { requestId } = contextValue;
      const settling = contextValue.beforeSending();
      const failure = settling && (await settling);
      if (failure) body.singleResult = { errors: [formatError(asGraphqlError(failure).toJSON(), failure)] };
      const { errors } = body.singleResult;
      const codes = errors?.map(({ extensions }) => String(extensions?.code)) ?? [];
      metrics.countOperation(operation?.operation ?? 'unknown', errors ? 'error' : 'success', codes);
      if (!errors) return;
      body.singleResult.errors = errors.map((error) => ({
        ...error,
        extensions: { ...error.extensions, requestId },
      }));
    },
  };
  return { requestDidStart: async () => listener };
}
