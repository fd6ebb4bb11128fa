import type { IncomingHttpHeaders } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { QueryLimits } from '../limits/limits.ts';
import { checkLines } from '../limits/lines.ts';
import type { RequestContext } from '../request/context.ts';
import { type ApolloServerOptions, createApolloServer } from './apolloServer.ts';
import { CompiledQueries } from './compiled/compiledQueries.ts';
import { compilingPlugin } from './compiled/compilingPlugin.ts';
import { type FastAnswer, FastPath } from './compiled/fastPath.ts';
import type { Budget } from './costBudget.ts';
import { EXPLAIN, explainPlugin } from './explainPlugin.ts';
import { operationSteps, type StepOptions } from './operationSteps.ts';
import { createSubgraph, type SubgraphSettings } from './schema.ts';
import { stepsPlugin, withRequestId } from './stepsPlugin.ts';
import { resolveTrusted } from './trusted/resolve.ts';
import type { TrustedDocuments } from './trusted/trustedDocuments.ts';

export interface GraphqlServerOptions extends Omit<ApolloServerOptions, 'schema' | 'plugins'>, StepOptions {
  /** True to compile repeated queries and answer them without Apollo Server. */
  readonly compileQueries: boolean;
  readonly budget: Budget;
  /** Settings that the schema is served with. */
  readonly subgraph: SubgraphSettings;
}

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
  readonly text: string;
}

/** GraphQL over HTTP, without sockets: the fast path where it can answer, Apollo Server for all the rest. */
export class GraphqlServer {
  readonly #apollo: ApolloServer<RequestContext>;
  readonly #fastPath: FastPath | null;
  readonly #limits: QueryLimits;
  readonly #trusted: TrustedDocuments | null;

  constructor(options: GraphqlServerOptions, steps = operationSteps(options)) {
    const { log, metrics, budget, limits, subgraph, trusted } = options;
    const schema = createSubgraph(subgraph);
    const queries = options.compileQueries ? new CompiledQueries(schema) : null;
    const plugins = [stepsPlugin(steps), explainPlugin(budget)];
    if (queries) plugins.push(compilingPlugin(queries, log));
    this.#apollo = createApolloServer({ ...options, schema, plugins });
    this.#fastPath = queries && new FastPath({ schema, queries, steps, metrics, log });
    this.#limits = limits;
    this.#trusted = trusted;
  }

  start(): Promise<void> {
    return this.#apollo.start();
  }

  stop(): Promise<void> {
    return this.#apollo.stop();
  }

  async answer(request: GraphqlRequest, context: RequestContext): Promise<FastAnswer | ApolloAnswer> {
    const asked = this.#trusted ? resolveTrusted(request, this.#trusted) : request;
    if (asked instanceof GraphQLError) return this.#answerByApollo(request, context, asked);
    if (!this.#fastPath) return this.#answerByApollo(asked, context);
    const fast = await this.#fastPath.answer(asked, context);
    if (fast.kind === 'fast') return fast;
    const answer = await this.#answerByApollo(asked, context);
    this.#fastPath.fellBack(fast, hasErrors(answer), context);
    return answer;
  }

  async #answerByApollo(
    { method, url, headers, body }: GraphqlRequest,
    context: RequestContext,
    refusal: GraphQLError | null = null,
  ): Promise<ApolloAnswer> {
    const answer = await this.#apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers: headersOf(headers), search: searchOf(url), body },
      context: async () => {
        if (refusal) throw refusal;
        checkLines(body, this.#limits.lines);
        return context;
      },
    });
    if (answer.body.kind !== 'complete') throw new Error('incremental delivery is not offered');
    const { status = 200 } = answer;
    const { string } = answer.body;
    const text = status < 400 ? string : withRequestIds(string, context.requestId);
    return { kind: 'apollo', status, headers: answer.headers, text };
  }
}

/** Apollo Server writes the errors first. */
function hasErrors({ text }: ApolloAnswer): boolean {
  return text.startsWith('{"errors":');
}

/** Adds the request id to the errors of requests that were refused before anything was executed. */
function withRequestIds(text: string, requestId: string): string {
  const { errors = [], ...rest }: { errors?: GraphQLFormattedError[] } = JSON.parse(text);
  return JSON.stringify({ errors: errors.map((error) => withRequestId(error, requestId)), ...rest });
}

/** Headers that Apollo Server reads: forms of body and answer, and those that no link or form can send. */
const READ_HEADERS = ['accept', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name', EXPLAIN];

function headersOf(headers: IncomingHttpHeaders): HeaderMap {
  const read = new HeaderMap();
  for (const name of READ_HEADERS) {
    const value = headers[name];
    if (value !== undefined) read.set(name, String(value));
  }
  return read;
}

/** The query of a URL, with its question mark; empty when it has none. */
function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}
