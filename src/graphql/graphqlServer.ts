import type { ApolloServer } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { QueryLimits } from '../limits/limits.ts';
import { checkLines } from '../limits/lines.ts';
import type { RequestContext } from '../request/context.ts';
import { isJsonObject } from '../values/json.ts';
import { type ApolloAnswer, answerByApollo, type GraphqlRequest } from './apolloHttp.ts';
import { type ApolloServerOptions, createApolloServer } from './apolloServer.ts';
import { CompiledQueries } from './compiled/compiledQueries.ts';
import { compilingPlugin } from './compiled/compilingPlugin.ts';
import { type Fallback, FastPath } from './compiled/fastPath.ts';
import type { Budget } from './costBudget.ts';
import { explainPlugin } from './explainPlugin.ts';
import { type FastAnswer, refusalToBegin } from './fastAnswer.ts';
import { answerType } from './mediaTypes.ts';
import { leave, type OperationStep, operationSteps, type StepOptions } from './operationSteps.ts';
import { createSubgraph, type SubgraphSettings } from './schema.ts';
import { LONG_DOCUMENT, stepsPlugin, withRequestId } from './stepsPlugin.ts';
import { resolveTrusted } from './trusted/resolve.ts';
import type { TrustedDocuments } from './trusted/trustedDocuments.ts';

interface GraphqlServerOptions extends Omit<ApolloServerOptions, 'schema' | 'plugins'>, StepOptions {
  /** True to compile repeated queries and answer them without Apollo Server. */
  readonly compileQueries: boolean;
  readonly budget: Budget;
  /** Settings that the schema is served with. */
  readonly subgraph: SubgraphSettings;
}

/** Facts of an operation that was not read. */
const UNREAD = { operation: 'unknown', name: null, documentHash: null, isFast: false } as const;

/** GraphQL over HTTP, without sockets: the fast path where it can answer, Apollo Server for all the rest. */
export class GraphqlServer {
  readonly #apollo: ApolloServer<RequestContext>;
  readonly #fastPath: FastPath | null;
  readonly #limits: QueryLimits;
  readonly #steps: readonly OperationStep[];
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
    this.#steps = steps;
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
    const length = lengthOf(asked);
    // Planning takes a millisecond, even if the document is compiled.
    const isLong = length > LONG_DOCUMENT;
    const early = isLong ? await this.#waitToRead(length, asked, context) : null;
    if (early) return early;
    const fast = this.#fastPath && (await this.#fastPath.answer(asked, context));
    if (fast?.kind === 'fast') return fast;
    const late = isLong || fast?.query ? null : await this.#waitToRead(length, asked, context);
    if (late) return late;
    return this.#answerInstead(fast, asked, context);
  }

  /** Has Apollo Server answer what the fast path could not. Null if there is none. */
  async #answerInstead(fast: Fallback | null, asked: GraphqlRequest, context: RequestContext): Promise<ApolloAnswer> {
    if (!fast) return this.#answerByApollo(asked, context);
    // Queries of one moment may all fail at once, and each is executed again.
    const turn = fast.reason === 'errors' ? context.admission.resume() : null;
    if (turn) await turn;
    const answer = await this.#answerByApollo(asked, context);
    this.#fastPath?.fellBack(fast, hasErrors(answer), context);
    return answer;
  }

  /** Waits until a document may be parsed. Resolves with a refusal, or null. */
  async #waitToRead(length: number, { headers }: GraphqlRequest, context: RequestContext): Promise<FastAnswer | null> {
    try {
      await context.admission.read(length);
      return null;
    } catch (error) {
      const accept = answerType(headers.accept) === null ? undefined : headers.accept;
      return refusalToBegin(error, this.#steps, { ...UNREAD, accept }, context);
    }
  }

  async #answerByApollo(
    request: GraphqlRequest,
    context: RequestContext,
    refusal: GraphQLError | null = null,
  ): Promise<ApolloAnswer> {
    const answer = await answerByApollo(this.#apollo, request, async () => {
      if (refusal) throw refusal;
      checkLines(request.body, this.#limits.lines);
      return context;
    });
    // Plugins see operations only. An unknown document is refused with 200, as clients expect.
    const isOperation = refusal === null && answer.status < 400;
    if (isOperation) return answer;
    const { errors = [], ...rest }: { errors?: GraphQLFormattedError[] } = JSON.parse(answer.body);
    if (!context.isNoted) this.#leaveWithout(errors, context);
    const body = JSON.stringify({ errors: errors.map((error) => withRequestId(error, context.requestId)), ...rest });
    return { ...answer, body };
  }

  /** Takes what Apollo Server refused before its plugins heard of it through the steps. The headers stay. */
  #leaveWithout(errors: readonly GraphQLFormattedError[], context: RequestContext): void {
    const errorCodes = errors.map(({ extensions }) => String(extensions?.code));
    leave(this.#steps, { ...UNREAD, accept: undefined, errors, errorCodes, headers: new Map() }, context);
  }
}

/** Characters of a document, about. */
function lengthOf({ method, url, body }: GraphqlRequest): number {
  if (method === 'GET') return url.length;
  return isJsonObject(body) && typeof body.query === 'string' ? body.query.length : 0;
}

/** Apollo Server writes the errors first. */
function hasErrors({ body }: ApolloAnswer): boolean {
  return body.startsWith('{"errors":');
}
