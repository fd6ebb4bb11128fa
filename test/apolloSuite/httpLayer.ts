import { ApolloServer, type ApolloServerOptions, type BaseContext, type ContextThunk } from '@apollo/server';
import { pino } from 'pino';
import { answerByApollo, READ_HEADERS } from '../../src/graphql/apolloHttp.ts';
import { createHttpApp, HTTP_TIMES } from '../../src/http/app.ts';
import { GRAPHQL_PATH } from '../../src/http/graphqlPath.ts';
import { addGraphqlRoute } from '../../src/http/operations.ts';
import { createMetrics } from '../../src/observability/metrics.ts';

interface Options {
  readonly context?: ContextThunk;
}

/** Headers that servers of the suite read beside those that the facade does. */
const HEADERS = [...READ_HEADERS, 'apollo-federation-include-trace', 'xxx', 'yyy'];

/** For the proof that the suite notices a layer that is wrong: it answers everything with 200. */
const IS_SPOILED = process.env.APOLLO_SUITE_SPOILED === 'true';

/** Serves any Apollo Server behind the HTTP layer of the facade. The suite asks for the path `/`. */
export async function serve(
  config: ApolloServerOptions<BaseContext>,
  { context = async () => ({}) }: Options = {},
): Promise<{ server: ApolloServer<BaseContext>; url: string; extraCleanup: () => Promise<void> }> {
  const server = new ApolloServer<BaseContext>(config as ConstructorParameters<typeof ApolloServer>[0]);
  await server.start();
  const http = createHttpApp(pino({ level: 'silent' }), createMetrics(), HTTP_TIMES);
  addGraphqlRoute(
    http,
    {},
    () => undefined,
    async (request) => {
      const answer = await answerByApollo(server, request, context, HEADERS);
      return IS_SPOILED ? { ...answer, status: 200 } : answer;
    },
  );
  http.app.server.prependListener('request', (request) => {
    request.url = request.url?.replace(/^\/+(?=$|\?)/, GRAPHQL_PATH) ?? '/';
  });
  const url = await http.app.listen({ host: '127.0.0.1', port: 0 });
  return { server, url, extraCleanup: () => http.app.close() };
}
