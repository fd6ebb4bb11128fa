import type { GraphQLSchema } from 'graphql';
import type { Metrics } from '../../observability/metrics.ts';
import type { RequestContext } from '../../request/context.ts';
import { isJsonObject } from '../../values/json.ts';
import { type Budget, planWithin } from '../costBudget.ts';
import { EXPLAIN } from '../costPlugin.ts';
import type { CompiledQueries, CompiledQuery } from './compiledQueries.ts';

/** What of an HTTP request the shortcut looks at. */
export interface ShortcutRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** The text of the answer, or null when the engine has to answer. */
export type Shortcut = (request: ShortcutRequest, context: RequestContext) => Promise<string | null>;

export interface ShortcutOptions {
  readonly schema: GraphQLSchema;
  readonly queries: CompiledQueries;
  readonly budget: Budget;
  readonly metrics: Metrics;
}

/**
 * Answers queries that the engine has answered before, as it would, without going through it: for small ones the engine costs more
 * than all the rest (docs/decisions/14). Everything out of the ordinary is left to the engine, and so is whatever goes wrong: it goes
 * over the query again, in the same context, whose loaders keep what they have read, failures too, so that this costs no call.
 */
export function createShortcut({ schema, queries, budget, metrics }: ShortcutOptions): Shortcut {
  return async (request, context) => {
    const asked = readQuery(request, queries);
    if (!asked) return null;
    const { query, variables } = asked;
    const { document, operation } = query;
    try {
      planWithin(budget, { schema, document, operation, variables }, context);
      const result = await query.execute(context, variables);
      if (result.errors) return null;
      metrics.countOperation('query', 'success', []);
      metrics.countCompiledAnswer();
      return JSON.stringify(result);
    } catch {
      // Over the budget, or failed altogether: the engine finds out how, and says so.
      return null;
    }
  };
}

/** The forms of `Accept` that nearly all callers send. The others are left to the engine's negotiation, which costs more. */
export function takesJson(accept: string | string[] | undefined): boolean {
  return accept === undefined || accept === '*/*' || accept === 'application/json';
}

interface Asked {
  readonly query: CompiledQuery;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Null for what is not the plain form of a request, or asks for a query that is not compiled. */
function readQuery({ method, headers, body }: ShortcutRequest, queries: CompiledQueries): Asked | null {
  // Only JSON gets this far as a body, and no page of another site can send that unasked.
  if (method !== 'POST' || !takesJson(headers.accept) || headers[EXPLAIN] !== undefined) return null;
  if (!isJsonObject(body)) return null;
  const { query: source, operationName, variables, extensions } = body;
  const query = find(source, extensions, queries);
  if (!query || !isNameOf(query, operationName)) return null;
  if (variables === undefined || variables === null) return { query, variables: {} };
  return isJsonObject(variables) ? { query, variables } : null;
}

function find(source: unknown, extensions: unknown, queries: CompiledQueries): CompiledQuery | undefined {
  if (extensions !== undefined && extensions !== null && !isJsonObject(extensions)) return undefined;
  const persisted = extensions?.persistedQuery;
  if (persisted === undefined) return typeof source === 'string' ? queries.ofSource(source) : undefined;
  // With its text, it is to be persisted: that is for the engine.
  if (source !== undefined || !isJsonObject(persisted) || persisted.version !== 1) return undefined;
  return typeof persisted.sha256Hash === 'string' ? queries.ofHash(persisted.sha256Hash) : undefined;
}

/** There is one operation in a compiled document: it need not be named, but no other may be. */
function isNameOf({ operation }: CompiledQuery, name: unknown): boolean {
  return name === undefined || name === null || name === operation.name?.value;
}
