import type { IncomingHttpHeaders } from 'node:http';
import { type ApolloServer, type BaseContext, HeaderMap } from '@apollo/server';
import { EXPLAIN } from './explainPlugin.ts';

/** A request, its body parsed. */
export interface GraphqlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface ApolloAnswer {
  readonly kind: 'apollo';
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: string;
}

/** Headers that Apollo Server reads: forms of body and answer, and those that no link or form can send. */
export const READ_HEADERS = ['accept', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name', EXPLAIN];

/**
 * Has any Apollo Server answer a request. `makeContext` is called once the request has passed its first checks. Headers that are
 * not in `read` cost nothing.
 */
export async function answerByApollo<Context extends BaseContext>(
  apollo: ApolloServer<Context>,
  { method, url, headers, body }: GraphqlRequest,
  makeContext: () => Promise<Context>,
  read: readonly string[] = READ_HEADERS,
): Promise<ApolloAnswer> {
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers: headersOf(headers, read), search: searchOf(url), body },
    context: makeContext,
  });
  if (answer.body.kind !== 'complete') throw new Error('incremental delivery is not offered');
  return { kind: 'apollo', status: answer.status ?? 200, headers: answer.headers, body: answer.body.string };
}

function headersOf(headers: IncomingHttpHeaders, read: readonly string[]): HeaderMap {
  const found = new HeaderMap();
  for (const name of read) {
    const value = headers[name];
    if (value !== undefined) found.set(name, String(value));
  }
  return found;
}

/** The query of a URL, with its question mark; empty when it has none. */
function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}
