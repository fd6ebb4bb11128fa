import { isJsonObject } from '../../values/json.ts';
import { EXPLAIN } from '../explainPlugin.ts';
import type { CompiledQueries, CompiledQuery } from './compiledQueries.ts';

/** Part of an HTTP request that the fast path looks at. */
export interface QueryRequest {
  readonly method: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined; readonly accept?: string | undefined };
  readonly body: unknown;
}

/** A compiled query that is asked for, with its values. */
export interface AskedQuery {
  readonly kind: 'asked';
  readonly query: CompiledQuery;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Reason why a request is not for the fast path: its form is not the plain one, or its query is not compiled. */
type Unasked = 'form' | 'uncompiled';

/** The query that a request asks for in the plain form: POST of JSON, and nothing that Apollo Server alone knows how to do. */
export function readQuery({ method, headers, body }: QueryRequest, queries: CompiledQueries): AskedQuery | Unasked {
  // Only JSON gets this far as a body, and no page of another site can send that unasked.
  if (method !== 'POST' || headers[EXPLAIN] !== undefined || !isJsonObject(body)) return 'form';
  const { query: source, operationName, extensions } = body;
  const variables = body.variables ?? {};
  if (!isJsonObject(variables)) return 'form';
  const query = find(source, extensions, queries);
  if (typeof query === 'string') return query;
  return isNameOf(query, operationName) ? { kind: 'asked', query, variables } : 'form';
}

function find(source: unknown, extensions: unknown, queries: CompiledQueries): CompiledQuery | Unasked {
  if (extensions !== undefined && extensions !== null && !isJsonObject(extensions)) return 'form';
  const persisted = extensions?.persistedQuery;
  if (persisted === undefined) return typeof source === 'string' ? (queries.ofSource(source) ?? 'uncompiled') : 'form';
  // With its text, it is to be persisted: that is for Apollo Server.
  if (source !== undefined || !isJsonObject(persisted) || persisted.version !== 1) return 'form';
  const { sha256Hash: hash } = persisted;
  return typeof hash === 'string' ? (queries.ofHash(hash) ?? 'uncompiled') : 'form';
}

/** True if the name fits the one operation of a compiled document, or is absent. */
function isNameOf({ operation }: CompiledQuery, name: unknown): boolean {
  return name === undefined || name === null || name === operation.name?.value;
}
