import type { GraphQLError } from 'graphql';
import { derived } from './derived.ts';
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
interface Ordered<T> {
  readonly key: string;
  readonly ordinal: number;
  readonly item: T;
}

/** A kind of list: the name in its cursors, and the order of its items. */
export interface Listing<T> {
  readonly name: string;
  readonly inOrder: (items: readonly T[]) => readonly Ordered<T>[];
}

/**
 * Lists that are ordered by `keyOf`; items of equal key keep their given order. A list is ordered once, however many pages are
 * cut from it, also when it is remembered.
 */
export function listing<T>(name: string, keyOf: (item: T) => string): Listing<T> {
  return { name, inOrder: derived((items: readonly T[]) => order(keyOf, items)) };
}

/**
 * Cuts a page out of a whole list. A cursor holds the key of the last item and not its position, so that items which come or
 * go between two pages neither repeat nor hide others. A cursor of another list is refused. Throws `BAD_USER_INPUT`.
 * `isIn` leaves items out.
 */
export function paginate<T>(
  { name, inOrder }: Listing<T>,
  items: readonly T[],
  args: PageArguments,
  isIn?: (item: T) => boolean,
): Page<T> {
  if (args.first < 1 || args.first > MAX_PAGE_SIZE) {
    throw badUserInput(`\`first\` is ${args.first}; it takes 1 to ${MAX_PAGE_SIZE}.`);
  }
  const after = args.after == null ? null : readCursor(name, args.after);
  const all = inOrder(items);
  const ordered = isIn ? all.filter(({ item }) => isIn(item)) : all;
  const start = after === null ? 0 : firstAfter(ordered, after);
  const page = ordered.slice(start, start + args.first);
  const last = page.at(-1);
  return {
    nodes: page.map(({ item }) => item),
    pageInfo: new LazyPageInfo(name, start + args.first < ordered.length, last),
    totalCount: ordered.length,
  };
}

/**
 * The cursor is worked out when somebody reads it. A class, since the engine gives every object literal with a getter a shape of
 * its own, which lives until the next full collection together with all that the getter reaches.
 */
class LazyPageInfo {
  readonly hasNextPage: boolean;
  readonly #list: string;
  readonly #last: Ordered<unknown> | undefined;

  constructor(list: string, hasNextPage: boolean, last: Ordered<unknown> | undefined) {
    this.hasNextPage = hasNextPage;
    this.#list = list;
    this.#last = last;
  }

  get endCursor(): string | null {
    return this.#last ? writeCursor(this.#list, this.#last.key, this.#last.ordinal) : null;
  }
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

function order<T>(keyOf: (item: T) => string, items: readonly T[]): Ordered<T>[] {
  const entries = items.map((item) => ({ key: keyOf(item), ordinal: 0, item }));
  entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (let index = 1; index < entries.length; index += 1) {
    const [previous, entry] = [entries[index - 1], entries[index]];
    if (previous && entry && previous.key === entry.key) entry.ordinal = previous.ordinal + 1;
  }
  return entries;
}

/** Where the first item after the position stands, by bisection; the length when there is none. */
function firstAfter(ordered: readonly Ordered<unknown>[], position: Position): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = ordered[middle];
    if (entry && comesAfter(entry, position)) high = middle;
    else low = middle + 1;
  }
  return low;
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
