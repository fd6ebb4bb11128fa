import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { formatError } from '../../errors.ts';
import type { FallbackReason, Metrics } from '../../observability/metrics.ts';
import type { RequestContext } from '../../request/context.ts';
import { largeText } from '../answerText.ts';
import { answerType } from '../mediaTypes.ts';
import { admit, begin, extensionsOf, leave, type OperationStep } from '../operationSteps.ts';
import { withRequestId } from '../stepsPlugin.ts';
import type { CompiledQueries, CompiledQuery } from './compiledQueries.ts';
import { type AskedQuery, type QueryRequest, readQuery } from './readQuery.ts';

const NONE: readonly GraphQLFormattedError[] = [];
const WITHOUT_ERRORS = { operation: OperationTypeNode.QUERY, errors: NONE };

/** A whole answer, or the refusal to begin a query. */
export interface FastAnswer {
  readonly kind: 'fast';
  readonly status: 200 | 503;
  readonly text: string;
  readonly headers: Map<string, string>;
}

/** A request that Apollo Server has to answer. */
interface Fallback {
  readonly kind: 'fallback';
  readonly reason: FallbackReason;
  /** Null if none was executed. */
  readonly query: CompiledQuery | null;
}

interface FastPathOptions {
  readonly schema: GraphQLSchema;
  readonly queries: CompiledQueries;
  readonly steps: readonly OperationStep[];
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * Answers queries that Apollo Server has answered before, as it would, without going through it. For small queries it costs
 * more than all the rest (docs/decisions/14). Everything out of the ordinary is left to Apollo Server, failures included. A
 * second run costs no call: the loaders of the same context keep what they have read, failures too.
 */
export class FastPath {
  readonly #options: FastPathOptions;

  constructor(options: FastPathOptions) {
    this.#options = options;
  }

  async answer(request: QueryRequest, context: RequestContext): Promise<FastAnswer | Fallback> {
    const asked = this.#admitted(request, context);
    if (asked.kind === 'fallback') return asked;
    const { query, variables } = asked;
    try {
      const turn = begin(this.#options.steps, context);
      if (turn) await turn;
    } catch (error) {
      return this.#shed(request, query, error, context);
    }
    try {
      const result = await query.execute(context, variables);
      if (result.errors) return fallback(context.admission.isAbandoned ? 'refused' : 'errors', query);
      const extensions = extensionsOf(this.#options.steps, WITHOUT_ERRORS, context);
      const whole = extensions ? { ...result, extensions } : result;
      const { admission } = context;
      const text = admission.isLarge ? await largeText(whole, () => admission.stretches.next()) : JSON.stringify(whole);
      const settling = context.beforeSending();
      if (settling && (await settling)) return fallback('refused', query);
      const headers = this.#left(request, query, NONE, context);
      this.#options.metrics.countCompiledAnswer();
      return { kind: 'fast', status: 200, text, headers };
    } catch (error) {
      if (context.admission.isAbandoned) return fallback('refused', query);
      return this.#threw(query, error, context);
    }
  }

  /**
   * Counts a request that Apollo Server has answered in place of the fast path. Drops a query whose errors were ours alone.
   */
  fellBack({ reason, query }: Fallback, hasErrors: boolean, { requestId }: RequestContext): void {
    const { metrics, log, queries } = this.#options;
    const isMistaken = reason === 'errors' && !hasErrors;
    metrics.countFallback(isMistaken ? 'mistaken' : reason);
    if (!query) return;
    const entry = { requestId, hash: query.hash, reason };
    if (!isMistaken) log.debug(entry, 'compiled query left to Apollo Server');
    else if (queries.drop(query)) log.warn(entry, 'compiled query gave errors where Apollo Server gave none');
  }

  /** The query of a request that has passed the steps before anything runs. */
  #admitted(request: QueryRequest, context: RequestContext): AskedQuery | Fallback {
    const { schema, queries, steps } = this.#options;
    if (answerType(request.headers.accept) === null) return fallback('accept');
    const asked = readQuery(request, queries);
    if (typeof asked === 'string') return fallback(asked);
    const { document, operation } = asked.query;
    try {
      admit(steps, { schema, document, operation, variables: asked.variables }, context);
      return asked;
    } catch {
      // Apollo Server finds out why, and says so.
      return fallback('refused', asked.query);
    }
  }

  /** Refusal of a query that is not begun. */
  #shed(request: QueryRequest, query: CompiledQuery, thrown: unknown, context: RequestContext): FastAnswer {
    if (!(thrown instanceof GraphQLError)) throw thrown;
    const errors = [withRequestId(formatError(thrown.toJSON(), thrown), context.requestId)];
    const headers = this.#left(request, query, errors, context);
    return { kind: 'fast', status: 503, text: JSON.stringify({ errors }), headers };
  }

  /** The headers of an answer that has passed the steps before it leaves. */
  #left(
    { headers: { accept } }: QueryRequest,
    { operation, hash: documentHash }: CompiledQuery,
    errors: readonly GraphQLFormattedError[],
    context: RequestContext,
  ): Map<string, string> {
    const headers = new Map<string, string>();
    const named = { operation: OperationTypeNode.QUERY, name: operation.name?.value ?? null, documentHash };
    const errorCodes = errors.length > 0 ? errors.map(({ extensions }) => String(extensions?.code)) : null;
    leave(this.#options.steps, { ...named, isFast: true, errors, errorCodes, accept, headers }, context);
    return headers;
  }

  /**
   * Reports a fault of compiled code, and compiles the query no more. The log leaves the text out, since people may have
   * typed it.
   */
  #threw(query: CompiledQuery, err: unknown, { requestId }: RequestContext): Fallback {
    const { log, queries } = this.#options;
    if (queries.drop(query)) log.error({ requestId, hash: query.hash, err }, 'compiled query threw');
    return fallback('threw', query);
  }
}

function fallback(reason: FallbackReason, query: CompiledQuery | null = null): Fallback {
  return { kind: 'fallback', reason, query };
}
