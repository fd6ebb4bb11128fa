import { type ASTNode, type DocumentNode, GraphQLError, type SourceLocation } from 'graphql';

const LINE_END = /\r\n|[\n\r]/g;

/** Throws for a request whose query has more than `most` lines. Before Apollo Server sees it: an error of the syntax counts them. */
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

/**
 * Takes the text out of a parsed document. graphql-js would count the lines in it anew for each error, up to a thousand times. Nodes keep
 * the lines that the parser counted, for `placesOf`.
 */
export function dropText({ loc }: DocumentNode): void {
  if (loc) loc.source.body = '';
}

/** Places of nodes in the text, as errors name them. */
export function placesOf(nodes: readonly ASTNode[]): SourceLocation[] {
  return nodes.flatMap(({ loc }) => (loc ? { line: loc.startToken.line, column: loc.startToken.column } : []));
}
