import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestListener } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { formatError, isUnforeseen } from '../errors.ts';
import type { QueryLimits } from '../limits/limits.ts';
import { dropText } from '../limits/lines.ts';
import { limitsRule } from '../limits/rule.ts';
import type { Redis } from '../redis.ts';
import type { RequestContext } from '../request/context.ts';
import { answerText } from './answerText.ts';
import { documentStore, persistedQueries } from './documentStores.ts';
import { servedErrors } from './servedMessages.ts';
import { nextStretch } from './stepsPlugin.ts';
import { withoutSuggestions } from './suggestions.ts';
import type { TrustedDocuments } from './trusted/trustedDocuments.ts';

export interface ApolloServerOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly log: Logger;
  readonly limits: QueryLimits;
  /** Redis in which the replicas share persisted queries. Null: each keeps its own. */
  readonly redis: Redis | null;
  /** Null: none are known. */
  readonly trusted: TrustedDocuments | null;
  readonly plugins: readonly ApolloServerPlugin<RequestContext>[];
}

/** Features of Apollo Server that are on by themselves or by variables of the environment, and stay off. */
const SWITCHED_OFF: readonly ApolloServerPlugin[] = [
  // Hooks every field and so doubles the cost of a list. Answers here are not to be cached.
  ApolloServerPluginCacheControlDisabled(),
  // One router that asks for traces would switch every field, for everybody and for good, to a slower path.
  ApolloServerPluginInlineTraceDisabled(),
  // Nothing leaves for anywhere but the platform.
  ApolloServerPluginUsageReportingDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  // Our own pages are in src/http/explorer/.
  ApolloServerPluginLandingPageDisabled(),
];

/** Apollo Server with the rules of this graph. */
export function createApolloServer(options: ApolloServerOptions): ApolloServer<RequestContext> {
  const { schema, introspection, log, limits, redis, trusted, plugins } = options;
  return new ApolloServer<RequestContext>({
    schema,
    introspection,
    formatError: servedErrors(schema, introspection ? formatError : withoutSuggestions(formatError)),
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [limitsRule(limits)],
    // Each quotes the value that it is about, which may be most of the request.
    executionOptions: { maxCoercionErrors: 5 },
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    logger: log,
    stringifyResult: (answer) => answerText(answer, () => nextStretch(answer)),
    documentStore: documentStore(trusted),
    persistedQueries: trusted?.isOnly ? false : { cache: persistedQueries(redis) },
    plugins: [...SWITCHED_OFF, withoutText(), errorLog(), withoutSubscriptions(), ...plugins],
  });
}

/** Keeps documents without their text, in which each error would look for its line. */
function withoutText(): ApolloServerPlugin<RequestContext> {
  const listener: GraphQLRequestListener<RequestContext> = {
    parsingDidStart: async (request) => async () => {
      if (request.document) dropText(request.document);
    },
  };
  return { requestDidStart: async () => listener };
}

/** Refuses what would be answered as a fault of ours: the schema has no subscriptions, and validation does not look. */
function withoutSubscriptions(): ApolloServerPlugin<RequestContext> {
  const listener: GraphQLRequestListener<RequestContext> = {
    didResolveOperation: async ({ operation }) => {
      if (operation?.operation !== 'subscription') return;
      const extensions = { code: 'BAD_REQUEST', http: { status: 400 } } as const;
      throw new GraphQLError('This graph has no subscriptions.', { nodes: operation, extensions });
    },
  };
  return { requestDidStart: async () => listener };
}

/** Logs each error of an operation. The fast path has none: it leaves them to Apollo Server. */
function errorLog(): ApolloServerPlugin<RequestContext> {
  const listener: GraphQLRequestListener<RequestContext> = {
    didEncounterErrors: async ({ errors, contextValue: { log } }) => {
      for (const error of errors) {
        const cause = error.originalError ?? error;
        if (isUnforeseen(error)) log.error({ err: cause, path: error.path }, 'unforeseen failure');
        else log.debug({ failure: cause.name, code: error.extensions.code, path: error.path }, 'field failed');
      }
    },
  };
  return { requestDidStart: async () => listener };
}
