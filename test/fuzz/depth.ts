import type { WireAnswer } from './wire.ts';

/** How far a request came, from the first step to the last. */
export const DEPTHS = ['answered', 'parsed', 'valid', 'executed', 'answered with data'] as const;
export type Depth = (typeof DEPTHS)[number];

/** Codes of requests that end before a document is whole, and before it is known to be valid. */
const UNPARSED = new Set([
  ...['BAD_REQUEST', 'GRAPHQL_PARSE_FAILED', 'TOO_MANY_TOKENS', 'TOO_MANY_LINES', 'QUERY_TOO_LARGE'],
  ...['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED', 'DOCUMENT_NOT_TRUSTED'],
]);
const INVALID = new Set([
  ...[
    'GRAPHQL_VALIDATION_FAILED',
    'OPERATION_RESOLUTION_FAILURE',
    'QUERY_TOO_DEEP',
    'TOO_MANY_OBJECTS',
    'NAME_TOO_LONG',
  ],
  ...['TOO_MANY_ALIASES', 'TOO_MANY_DIRECTIVES', 'TOO_MANY_ROOT_FIELDS', 'TOO_MANY_MUTATIONS', 'TOO_MANY_SCHEMA_READS'],
  ...['TOO_MANY_REPEATED_FIELDS'],
]);

/** Null: load was refused, which says nothing of the request. */
export function depthOf({ headers, body }: WireAnswer): Depth | null {
  if (!(headers['content-type'] ?? '').includes('json') || body === '') return 'answered';
  const { data, errors } = JSON.parse(body) ?? {};
  if (data !== undefined) {
    const isThere = data !== null && Object.values(data).some((value) => value !== null);
    return isThere ? 'answered with data' : 'executed';
  }
  const code: unknown = errors?.[0]?.extensions?.code;
  if (code === 'OVERLOADED') return null;
  if (typeof code !== 'string' || UNPARSED.has(code)) return 'answered';
  return INVALID.has(code) ? 'parsed' : 'valid';
}

/** Share of requests that came so far at least, by depth. */
export function sharesOf(depths: Readonly<Partial<Record<Depth, number>>>): Record<Depth, number> {
  const counts = DEPTHS.map((depth) => depths[depth] ?? 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const reached = DEPTHS.map((depth, at) => [depth, counts.slice(at).reduce((sum, count) => sum + count, 0) / total]);
  return Object.fromEntries(reached);
}

/** Shares that a run must reach at least: what goes wrong is found where requests get to. */
export const LEAST_SHARES: Record<Depth, number> = {
  answered: 1,
  parsed: 0.45,
  valid: 0.38,
  executed: 0.28,
  'answered with data': 0.12,
};
