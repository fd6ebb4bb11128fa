import { GraphQLError } from 'graphql';

const LINE_END = /\r\n|[\n\r]/g;

/**
 * Throws for a request whose query has more than `most` lines. Before Apollo Server sees it: every error that names a place counts the
 * lines up to there.
 */
export function checkLines(body: unknown, most: number): void {
  const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : null;
  if (typeof query !== 'string' || query.length < most) return;
  let lines = 1;
  for (const _ of query.matchAll(LINE_END)) lines += 1;
  if (lines > most) {
    const message = `The document has ${lines} lines; ${most} at most.`;
    throw new GraphQLError(message, { extensions: { code: 'TOO_MANY_LINES', http: { status: 400 } } });
  }
}
