import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import type { Logger } from 'pino';
import type { RequestContext } from '../../request/context.ts';
import { LONG_DOCUMENT } from '../stepsPlugin.ts';
import type { CompiledQueries } from './compiledQueries.ts';

/** Compiles queries that Apollo Server answers again and again. A failure to compile changes nothing about the answer. */
export function compilingPlugin(queries: CompiledQueries, log: Logger): ApolloServerPlugin<RequestContext> {
  const listener: GraphQLRequestListener<RequestContext> = {
    willSendResponse: async ({ source, queryHash: hash, document, operation, response: { body }, contextValue }) => {
      if (body.kind !== 'single' || body.singleResult.errors) return;
      if (source === undefined || hash === undefined || !document || !operation) return;
      if (source.length > LONG_DOCUMENT && queries.isDue(document)) await contextValue.admission.readOn(source.length);
      try {
        queries.answered({ source, hash, document, operation });
      } catch (err) {
        log.error({ hash, err }, 'query cannot be compiled');
      }
    },
  };
  return { requestDidStart: async () => listener };
}
