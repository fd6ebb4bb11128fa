import { badUserInput } from '../../errors.ts';
import { MAX_PAGE_SIZE } from '../../limits/limits.ts';
import type { Pacer } from '../../platform/client/pacer.ts';
import { compare } from '../../values/compare.ts';
import { memoize } from '../../values/memoize.ts';
import { type Position, readCursor, writeCursor } from './cursors.ts';
import { type Ordered, Ordering } from './ordering.ts';
import { PageInfo } from './page.ts';

export interface PageArguments {
  readonly first: number;
  readonly after?: string | null | undefined;
  /** In place of `after`: position of the first item. */
  readonly from?: Position;
}

/** Items of a page, and how many there are on all pages. */
export interface Slice<T> {
  readonly nodes: T[];
  readonly pageInfo: ListPageInfo<T>;
  readonly totalCount: number;
}

/** A kind of list in one order: the unique name in its cursors, and the order of its items. */
export interface Listing<T> {
  readonly name: string;
  readonly tieOf: (item: T) => string;
  readonly inOrder: (items: readonly T[]) => readonly Ordered<T>[];
  /** Orders a long list in stretches, once, so that `inOrder` has it. Null if there is nothing to wait for. */
  readonly prepare: (items: readonly T[], turns: Pacer) => Promise<void> | null;
  /** True if the keys fall. */
  readonly isDescending: boolean;
}

export type Direction = 'ASC' | 'DESC';

/** A list in an order of the caller's choice: see `orders`. */
export type Orders<T, Field extends string> = (chosen: Order<Field> | null | undefined) => Listing<T>;

export interface Order<Field> {
  readonly field: Field;
  readonly direction: Direction;
}

/**
 * Orders lists by `keyOf`, and items of equal key by `tieOf`, which is computed only for them. Items that are equal in
 * both keep their order. A list is ordered once, however many pages are cut from it, also when it is cached.
 */
export function listing<T>(name: string, keyOf: (item: T) => string, tieOf: (item: T) => string): Listing<T> {
  const ordering = new Ordering(keyOf, tieOf);
  const prepare = (items: readonly T[], turns: Pacer) => ordering.prepare(items, turns);
  return { name, tieOf, inOrder: (items) => ordering.of(items), prepare, isDescending: false };
}

/** Orders lists by name, ignoring case. */
export function byName<T extends { readonly name: string }>(name: string): Listing<T> {
  return listing(
    name,
    (item) => item.name.toLowerCase(),
    (item) => item.name,
  );
}

/** The same list from its end. Ordered once as well. */
function descending<T>({ name, tieOf, inOrder, prepare }: Listing<T>): Listing<T> {
  const reversed = memoize((items: readonly T[]) => inOrder(items).toReversed());
  return { name: `${name} DESC`, tieOf, inOrder: reversed, prepare, isDescending: true };
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
): Slice<T> {
  checkPageSize(args.first);
  const all = list.inOrder(items);
  const ordered = isIn ? all.filter(({ item }) => isIn(item)) : all;
  const start = startOf(list, ordered, args);
  const page = ordered.slice(start, start + args.first);
  return {
    nodes: page.map(({ item }) => item),
    pageInfo: new ListPageInfo(list, page, start > 0, start + page.length < ordered.length),
    totalCount: ordered.length,
  };
}

function startOf<T>(list: Listing<T>, ordered: readonly Ordered<T>[], { after, from }: PageArguments): number {
  if (from) return firstAfter(ordered, [from[0], from[1], from[2] - 1], list);
  return after == null ? 0 : firstAfter(ordered, readCursor(list.name, after), list);
}

/** Ends of a page that was cut out of a whole list. */
export class ListPageInfo<T> extends PageInfo {
  readonly #list: Listing<T>;
  readonly #page: readonly Ordered<T>[];

  constructor(list: Listing<T>, page: readonly Ordered<T>[], hasPreviousPage: boolean, hasNextPage: boolean) {
    super(hasPreviousPage, hasNextPage, page.length);
    this.#list = list;
    this.#page = page;
  }

  positionAt(index: number): Position {
    const found = this.#page[index];
    if (!found) throw new RangeError(`the page has no item ${index}`);
    return [found.key, this.#list.tieOf(found.item), found.ordinal];
  }

  cursorAt(index: number): string {
    return writeCursor(this.#list.name, this.positionAt(index));
  }
}

/** The items after a position, in order, with the position of each. */
export function itemsAfter<T>(
  list: Listing<T>,
  items: readonly T[],
  position: Position | null,
): (readonly [T, Position])[] {
  const ordered = list.inOrder(items);
  const start = position === null ? 0 : firstAfter(ordered, position, list);
  return ordered.slice(start).map(({ key, item, ordinal }) => [item, [key, list.tieOf(item), ordinal]]);
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
