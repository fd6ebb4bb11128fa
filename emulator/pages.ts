import { type Call, countOf } from './call.ts';
import { PlatformFailure } from './failures.ts';

const DEFAULT_PAGE_SIZE = 20;

/** What a list may be ordered by: the `orderKey`, and the text that it stands for. */
export type OrderKeys<T> = Readonly<Record<string, (item: T) => string>>;

export interface Page<T> {
  readonly items: readonly T[];
  /** Of all pages. */
  readonly count: number;
  readonly pages: number;
}

/** One page in the first dialect of platform-api.md section 4: `startPage` from 1, `pageSize`, `orderKey`, `orderDirection`. */
export function pageOf<T>(call: Call, items: readonly T[], keys: OrderKeys<T>): Page<T> {
  const size = countOf(call, 'pageSize') || DEFAULT_PAGE_SIZE;
  const start = ((countOf(call, 'startPage') || 1) - 1) * size;
  const page = ordered(call, items, keys).slice(start, start + size);
  return { items: page, count: items.length, pages: Math.ceil(items.length / size) };
}

/** Descending unless told otherwise (section 4, "Sort"); without a key, as they came. */
function ordered<T>(call: Call, items: readonly T[], keys: OrderKeys<T>): readonly T[] {
  const direction = call.query('orderDirection')?.toLowerCase() ?? 'desc';
  if (direction !== 'asc' && direction !== 'desc') throw new PlatformFailure(11, 'orderDirection');
  const name = call.query('orderKey');
  if (name === undefined) return items;
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (!key) throw new PlatformFailure(11, 'orderKey');
  const ascending = items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  return direction === 'asc' ? ascending : ascending.toReversed();
}
