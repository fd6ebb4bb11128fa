import { type GraphQLFormattedError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import type { FallbackReason, Metrics } from '../../observability/metrics.ts';
import type { RequestContext } from '../../request/context.ts';
import { largeBody } from '../answerText.ts';
import { type FastAnswer, refusalToBegin } from '../fastAnswer.ts';
import { answerType } from '../mediaTypes.ts';
import {
  admit,
  begin,
  extensionsOf,
  foresee,
  type LeavingAnswer,
  leave,
  type OperationStep,
} from '../operationSteps.ts';
import type { CompiledQueries, CompiledQuery } from './compiledQueries.ts';
import { type AskedQuery, type QueryRequest, readQuery } from './readQuery.ts';

const NONE: readonly GraphQLFormattedError[] = [];
const WITHOUT_ERRORS = { operation: OperationTypeNode.QUERY, errors: NONE };

/** A request that Apollo Server has to answer. */
export interface Fallback {
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
    const asked = this.#asked(request);
    if (asked.kind === 'fallback') return asked;
    const { query, variables } = asked;
    try {
      foresee(this.#options.steps, query.document, context);
      if (!this.#isAdmitted(asked, context)) return fallback('refused', query);
      const turn = begin(this.#options.steps, context);
      if (turn) await turn;
    } catch (error) {
      return refusalToBegin(error, this.#options.steps, leaving(request, query), context);
    }
    try {
      const executed = query.execute(context, variables);
      const result = executed instanceof Promise ? await executed : executed;
      if (result.errors) return fallback(context.admission.isAbandoned ? 'refused' : 'errors', query);
      const extensions = extensionsOf(this.#options.steps, WITHOUT_ERRORS, context);
      const whole = extensions ? { ...result, extensions } : result;
      const { admission } = context;
      const next = () => admission.stretches.next();
      const body = admission.isLarge ? await largeBody(whole, next) : JSON.stringify(whole);
      const settling = context.beforeSending();
      if (settling && (await settling)) return fallback('refused', query);
      const answer = leaving(request, query);
      leave(this.#options.steps, answer, context);
      this.#options.metrics.countCompiledAnswer();
      return { kind: 'fast', status: 200, body, headers: answer.headers };
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

  #asked(request: QueryRequest): AskedQuery | Fallback {
    if (answerType(request.headers.accept) === null) return fallback('accept');
    const asked = readQuery(request, this.#options.queries);
    return typeof asked === 'string' ? fallback(asked) : asked;
  }

  /** True if a query has passed the steps before anything runs. */
  #isAdmitted({ query: { document, operation }, variables }: AskedQuery, context: RequestContext): boolean {
    const { schema, steps } = this.#options;
    try {
      admit(steps, { schema, document, operation, variables }, context);
      return true;
    } catch {
      // Apollo Server finds out why, and says so.
      return false;
    }
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

/** An answer without errors, as the steps are told of it. */
function leaving({ headers: { accept } }: QueryRequest, { operation, hash }: CompiledQuery): LeavingAnswer {
  return {
    operation: OperationTypeNode.QUERY,
    name: operation.name?.value ?? null,
    documentHash: hash,
    isFast: true,
    errors: NONE,
    errorCodes: null,
    accept,
    headers: new Map(),
  };
}

function fallback(reason: FallbackReason, query: CompiledQuery | null = null): Fallback {
  return { kind: 'fallback', reason, query };
}
