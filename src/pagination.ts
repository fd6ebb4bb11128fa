import type { GraphQLError } from 'graphql';
import { badUserInput } from './errors.ts';

export const MAX_PAGE_SIZE = 100;

export interface PageArguments {
  readonly first: number;
  readonly after?: string | null | undefined;
}

export interface Page<T> {
  readonly nodes: T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

/** An item with what it is ordered by. */
type Ordered<T> = { readonly key: string; readonly ordinal: number; readonly item: T };

/**
 * Cuts a page out of a whole list, ordered by `keyOf`. A cursor holds the key of the last item and not its position, so that
 * items which come or go between two pages neither repeat nor hide others. Items of equal key keep their given order.
 * `list` names the list: a cursor of another one is refused. Throws `BAD_USER_INPUT`.
 */
export function paginate<T>(
  list: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  args: PageArguments,
): Page<T> {
  if (args.first < 1 || args.first > MAX_PAGE_SIZE) {
    throw badUserInput(`\`first\` is ${args.first}; it takes 1 to ${MAX_PAGE_SIZE}.`);
  }
  const after = args.after == null ? null : readCursor(list, args.after);
  const ordered = inOrder(items, keyOf);
  const start = after === null ? 0 : ordered.findIndex((entry) => comesAfter(entry, after));
  const page = start < 0 ? [] : ordered.slice(start, start + args.first);
  const last = page.at(-1);
  return {
    nodes: page.map(({ item }) => item),
    pageInfo: {
      hasNextPage: start >= 0 && start + args.first < ordered.length,
      endCursor: last ? writeCursor(list, last.key, last.ordinal) : null,
    },
    totalCount: items.length,
  };
}

/** A cursor that is a place in a list which the platform keeps and counts from its beginning. */
export function writePlace(list: string, place: number): string {
  return Buffer.from(JSON.stringify([list, place])).toString('base64url');
}

/** Reads what `writePlace` wrote. Throws `BAD_USER_INPUT`. */
export function readPlace(list: string, cursor: string): number {
  const value = parsed(cursor);
  if (Array.isArray(value) && value.length === 2 && value[0] === list && isPlace(value[1])) return value[1];
  throw strangeCursor();
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function inOrder<T>(items: readonly T[], keyOf: (item: T) => string): Ordered<T>[] {
  const entries = items.map((item) => ({ key: keyOf(item), ordinal: 0, item }));
  entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (let index = 1; index < entries.length; index += 1) {
    const [previous, entry] = [entries[index - 1], entries[index]];
    if (previous && entry && previous.key === entry.key) entry.ordinal = previous.ordinal + 1;
  }
  return entries;
}

function comesAfter(entry: Ordered<unknown>, [key, ordinal]: Position): boolean {
  return entry.key > key || (entry.key === key && entry.ordinal > ordinal);
}

type Position = readonly [key: string, ordinal: number];

function writeCursor(list: string, key: string, ordinal: number): string {
  return Buffer.from(JSON.stringify([list, key, ordinal])).toString('base64url');
}

function readCursor(list: string, cursor: string): Position {
  const value = parsed(cursor);
  if (Array.isArray(value) && value[0] === list && typeof value[1] === 'string' && typeof value[2] === 'number') {
    return [value[1], value[2]];
  }
  throw strangeCursor();
}

/** Undefined for what is not JSON, and so no cursor of ours. */
function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function strangeCursor(): GraphQLError {
  return badUserInput('`after` is not a cursor of this list. Use the `pageInfo.endCursor` of the page before.');
}
