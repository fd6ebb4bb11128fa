import { isDeepStrictEqual } from 'node:util';
import type { CredentialKind } from './credential.ts';
import { optionalCode, type Wire, wire } from './decode.ts';
import { type Arguments, type Endpoint, type ReadDeclaration, read } from './endpoint.ts';
import { elementsOf, type ListShape, type PlatformList, readEach } from './lists.ts';
import type { HeaderTarget, QueryParameters } from './request.ts';

/** Number of a page, from 1 on. */
export interface PageNumber {
  readonly page: number;
}

/** Elements asked for in one call. */
const PAGE_SIZE = 100;

/** Content of an answer with a page. */
export interface PlatformPage<T> extends PlatformList<T> {
  /** The elements as they came. */
  readonly elements: readonly unknown[];
  /** Number of elements of the whole list. Null when the answer does not tell. */
  readonly total: number | null;
}

/** A list that comes in pages: see `PlatformClient.pages`. */
export type PagedEndpoint<Kind extends CredentialKind, Args, T> = Endpoint<Kind, Args & PageNumber, PlatformPage<T>>;

interface PagesDeclaration<Text extends `GET /${string}`, Kind extends CredentialKind, Targeted, Queried, T>
  extends Omit<ReadDeclaration<Text, Kind, never, Targeted, Queried, PlatformPage<T>>, 'decode' | 'keptMs'> {
  readonly list: ListShape;
  /** The member that holds the number of elements of the whole list. */
  readonly total?: string;
  readonly element: (from: Wire) => T;
}

/** Declares a list that comes in numbered pages, the first way of platform-api.md 4. The other two come with their first user. */
export function readPages<
  const Text extends `GET /${string}`,
  const Kind extends CredentialKind,
  T,
  Targeted extends HeaderTarget = never,
  Queried = unknown,
>({
  list,
  total,
  element,
  query,
  ...declared
}: PagesDeclaration<Text, Kind, Targeted, Queried, T>): PagedEndpoint<
  Kind,
  Arguments<Text, never, Targeted, Queried, unknown>,
  T
> {
  const beside = total === undefined ? list.beside : [...(list.beside ?? []), total];
  const shape = { ...list, ...(beside && { beside }) };
  return read<Text, Kind, PlatformPage<T>, never, Targeted, Queried & PageNumber>({
    ...declared,
    query: (args): QueryParameters => ({ ...query?.(args), startPage: args.page, pageSize: PAGE_SIZE }),
    decode: (body, leftOut) => {
      const from = wire(body, `${list.element} list`);
      const elements = elementsOf(from, shape);
      const page = readEach(elements, list.element, element, leftOut);
      return { ...page, elements, total: total === undefined ? null : optionalCode(from, total) };
    },
  });
}

/**
 * The pages of a list, each asked for when it is wanted. A short page is no end, since the platform may cap its size: the end is an
 * empty one, or the total. So is a page that comes again: then the installation does not page.
 */
export async function* pagesOf<T>(
  ask: (place: PageNumber) => Promise<PlatformPage<T>>,
): AsyncGenerator<PlatformList<T>> {
  let last: readonly unknown[] = [];
  let seen = 0;
  for (let page = 1; ; page += 1) {
    const { records, unreadableCount, elements, total } = await ask({ page });
    if (elements.length === 0 || isDeepStrictEqual(elements, last)) return;
    yield { records, unreadableCount };
    seen += elements.length;
    if (total !== null && seen >= total) return;
    last = elements;
  }
}

/** Elements of a list, as far as it was read. */
export interface ReadElements<T> {
  readonly records: readonly T[];
  /** True if the list was read to its end, every element of it. Only then is what was not found not there. */
  readonly isWhole: boolean;
}

/** Reads so many pages at most, and none after one that is enough. */
export async function readSome<T>(
  pages: AsyncGenerator<PlatformList<T>>,
  most: number,
  isEnough: (records: readonly T[]) => boolean = () => false,
): Promise<ReadElements<T>> {
  const records: T[] = [];
  let isReadable = true;
  for (let count = 0; count < most; count += 1) {
    const { done, value } = await pages.next();
    if (done) return { records, isWhole: isReadable };
    records.push(...value.records);
    isReadable &&= value.unreadableCount === 0;
    if (isEnough(value.records)) break;
  }
  return { records, isWhole: false };
}
