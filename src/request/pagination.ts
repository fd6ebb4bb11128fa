import type { GraphQLError } from 'graphql';
import { badUserInput } from '../errors.ts';
import { MAX_PAGE_SIZE } from '../limits/limits.ts';
import { memoize } from '../values/memoize.ts';

export interface PageArguments {
  readonly first: number;
  readonly after?: string | null | undefined;
}

export interface Page<T> {
  readonly nodes: T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

/** An item with its place among those of equal key and tie. */
interface Ordered<T> {
  readonly key: string;
  ordinal: number;
  readonly item: T;
}

/** A kind of list in one order: the unique name in its cursors, and the order of its items. */
export interface Listing<T> {
  readonly name: string;
  readonly tieOf: (item: T) => string;
  readonly inOrder: (items: readonly T[]) => readonly Ordered<T>[];
  /** True if the keys fall. */
  readonly isDescending: boolean;
}

export type Direction = 'ASC' | 'DESC';

/** A list in an order of the caller's choice: see `orders`. */
export type Orders<T, Field extends string> = (chosen: Order<Field> | null | undefined) => Listing<T>;

interface Order<Field> {
  readonly field: Field;
  readonly direction: Direction;
}

/**
 * Orders lists by `keyOf`, and items of equal key by `tieOf`, which is computed only for them. Items that are equal in
 * both keep their order. A list is ordered once, however many pages are cut from it, also when it is cached.
 */
export function listing<T>(name: string, keyOf: (item: T) => string, tieOf: (item: T) => string): Listing<T> {
  return { name, tieOf, inOrder: memoize((items: readonly T[]) => order(items, keyOf, tieOf)), isDescending: false };
}

/** The same list from its end. Ordered once as well. */
export function descending<T>({ name, tieOf, inOrder }: Listing<T>): Listing<T> {
  const reversed = memoize((items: readonly T[]) => inOrder(items).toReversed());
  return { name: `${name} DESC`, tieOf, inOrder: reversed, isDescending: true };
}

/** One list in several orders, by the field that callers choose. The first is the default, in ascending direction. */
export function orders<T, Field extends string>(byField: Readonly<Record<Field, Listing<T>>>): Orders<T, Field> {
  const ascending = new Map<string, Listing<T>>(Object.entries(byField));
  const falling = new Map([...ascending].map(([field, list]) => [field, descending(list)]));
  const [standard] = ascending.values();
  return (chosen) => {
    const found = chosen ? (chosen.direction === 'DESC' ? falling : ascending).get(chosen.field) : standard;
    if (!found) throw new Error('an order that is not declared');
    return found;
  };
}

/** Throws `BAD_USER_INPUT` for a size that no page has. */
export function checkPageSize(first: number): void {
  if (first < 1 || first > MAX_PAGE_SIZE) throw badUserInput(`\`first\` is ${first}; it takes 1 to ${MAX_PAGE_SIZE}.`);
}

/**
 * Cuts a page out of a whole list. A cursor holds the key of the last item, not its position. So items that come or go
 * between two pages neither repeat nor hide others. Throws `BAD_USER_INPUT` for a cursor of another list. `isIn`
 * filters items.
 */
export function paginate<T>(
  list: Listing<T>,
  items: readonly T[],
  args: PageArguments,
  isIn?: (item: T) => boolean,
): Page<T> {
  checkPageSize(args.first);
  const after = args.after == null ? null : readCursor(list.name, args.after);
  const all = list.inOrder(items);
  const ordered = isIn ? all.filter(({ item }) => isIn(item)) : all;
  const start = after === null ? 0 : firstAfter(ordered, after, list);
  const page = ordered.slice(start, start + args.first);
  const last = page.at(-1);
  return {
    nodes: page.map(({ item }) => item),
    pageInfo: new LazyPageInfo(list, start + args.first < ordered.length, last),
    totalCount: ordered.length,
  };
}

/**
 * Computes the cursor when it is read. A class, because V8 gives every object literal with a getter a shape of its own.
 * That shape, and all that the getter reaches, lives until the next full collection.
 */
class LazyPageInfo<T> {
  readonly hasNextPage: boolean;
  readonly #list: Listing<T>;
  readonly #last: Ordered<T> | undefined;

  constructor(list: Listing<T>, hasNextPage: boolean, last: Ordered<T> | undefined) {
    this.hasNextPage = hasNextPage;
    this.#list = list;
    this.#last = last;
  }

  get endCursor(): string | null {
    if (!this.#last) return null;
    const { key, item, ordinal } = this.#last;
    return writeCursor(this.#list.name, [key, this.#list.tieOf(item), ordinal]);
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

function order<T>(items: readonly T[], keyOf: (item: T) => string, tieOf: (item: T) => string): Ordered<T>[] {
  const entries: Ordered<T>[] = items.map((item) => ({ key: keyOf(item), ordinal: 0, item }));
  entries.sort((a, b) => compare(a.key, b.key) || compare(tieOf(a.item), tieOf(b.item)));
  let previous: Ordered<T> | undefined;
  for (const entry of entries) {
    const isEqual = previous?.key === entry.key && tieOf(previous.item) === tieOf(entry.item);
    if (previous && isEqual) entry.ordinal = previous.ordinal + 1;
    previous = entry;
  }
  return entries;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Index of the first item after the position, by bisection; the length if there is none. */
function firstAfter<T>(ordered: readonly Ordered<T>[], position: Position, list: Listing<T>): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = ordered[middle];
    if (entry && comesAfter(entry, position, list)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function comesAfter<T>(entry: Ordered<T>, [key, tie, ordinal]: Position, { tieOf, isDescending }: Listing<T>): boolean {
  const order = compare(entry.key, key) || compare(tieOf(entry.item), tie) || entry.ordinal - ordinal;
  return isDescending ? order < 0 : order > 0;
}

type Position = readonly [key: string, tie: string, ordinal: number];

function writeCursor(list: string, position: Position): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString('base64url');
}

function readCursor(list: string, cursor: string): Position {
  const value = parsed(cursor);
  const [name, key, tie, ordinal] = Array.isArray(value) ? value : [];
  if (name !== list || typeof key !== 'string' || typeof tie !== 'string' || !isPlace(ordinal)) throw strangeCursor();
  return [key, tie, ordinal];
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
  return badUserInput(
    '`after` is not a cursor of this list in this order. Use the `pageInfo.endCursor` of the page before.',
  );
}
