import { isDeepStrictEqual } from 'node:util';
import type { CredentialKind } from './credential.ts';
import { optionalCode, type Wire, wire } from './decode.ts';
import { type Arguments, type Endpoint, type ReadDeclaration, read } from './endpoint.ts';
import { elementsOf, type ListShape, type PlatformList, readEach } from './lists.ts';
import type { HeaderTarget, QueryParameters } from './request.ts';

/** Beginning of a page: its number from 1 on, and the number of elements before it. */
interface PagePlace {
  readonly page: number;
  readonly seen: number;
}

/** Elements asked for in one call. */
const PAGE_SIZE = 100;

/** The ways in which the platform's lists go on (platform-api.md 4). */
const DIALECTS = {
  startPage: ({ page }: PagePlace): QueryParameters => ({ startPage: page, pageSize: PAGE_SIZE }),
  skip: ({ seen }: PagePlace): QueryParameters => ({ skip: seen, count: PAGE_SIZE }),
  start: ({ seen }: PagePlace): QueryParameters => ({ start: seen, count: PAGE_SIZE }),
};

/** Content of an answer with a page. */
export interface PlatformPage<T> extends PlatformList<T> {
  /** The elements as they came. */
  readonly elements: readonly unknown[];
  /** Number of elements of the whole list. Null when the answer does not tell. */
  readonly total: number | null;
}

/** A list that comes in pages: see `PlatformClient.pages`. */
export type PagedEndpoint<Kind extends CredentialKind, Args, T> = Endpoint<Kind, Args & PagePlace, PlatformPage<T>>;

interface PagesDeclaration<Text extends `GET /${string}`, Kind extends CredentialKind, Targeted, Queried, T>
  extends Omit<ReadDeclaration<Text, Kind, never, Targeted, Queried, PlatformPage<T>>, 'decode' | 'keptMs'> {
  readonly dialect: keyof typeof DIALECTS;
  readonly list: ListShape;
  /** The member that holds the number of elements of the whole list. */
  readonly total?: string;
  readonly element: (from: Wire) => T;
}

/** Declares a list that comes in pages. */
export function readPages<
  const Text extends `GET /${string}`,
  const Kind extends CredentialKind,
  T,
  Targeted extends HeaderTarget = never,
  Queried = unknown,
>({
  dialect,
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
  const endpoint = read<Text, Kind, PlatformPage<T>, never, Targeted, Queried & PagePlace>({
    ...declared,
    query: (args) => ({ ...query?.(args), ...DIALECTS[dialect](args) }),
    decode: (body, leftOut) => {
      const from = wire(body, `${list.element} list`);
      const elements = elementsOf(from, shape);
      const page = readEach(elements, list.element, element, leftOut);
      return { ...page, elements, total: total === undefined ? null : optionalCode(from, total) };
    },
  });
  return { ...endpoint, exchange: 'pages' };
}

/**
 * The pages of a list, each asked for when it is wanted. A short page is no end, since the platform may cap its size: the end is an
 * empty one, or the total. So is a page that comes again: then the installation does not page.
 */
export async function* pagesOf<T>(
  ask: (place: PagePlace) => Promise<PlatformPage<T>>,
): AsyncGenerator<PlatformList<T>> {
  let last: readonly unknown[] = [];
  let seen = 0;
  for (let page = 1; ; page += 1) {
    const { records, unreadableCount, elements, total } = await ask({ page, seen });
    if (elements.length === 0 || isDeepStrictEqual(elements, last)) return;
    yield { records, unreadableCount };
    seen += elements.length;
    if (total !== null && seen >= total) return;
    last = elements;
  }
}
