import { isDeepStrictEqual } from 'node:util';
import type { Cost, ParentScope, SelectedField } from '../../cost/parentScope.ts';
import type { Source } from '../../loaders/source.ts';
import { absentAsNull } from '../../platform/client/errors.ts';
import type { PageNumber, PlatformPage } from '../../platform/client/pages.ts';
import type { Resolve } from '../fields.ts';
import { declared, type Field } from '../resolverTypes.ts';
import { readPlace } from './cursors.ts';
import { Page, PlacedPageInfo } from './page.ts';
import { checkPageSize, type PageArguments } from './pagination.ts';
import { PlacedList } from './placedList.ts';

/** Calls for one page at most. A page that the platform's own pages leave short says where to go on. */
const MAX_CALLS = 3;

/** More elements than a page of the platform has: a cursor is one number. */
const PLACES = 1_000_000;

/** Beginning of reading: a page of the platform, the number of its elements shown, and if any item was shown before. */
interface Start {
  readonly page: number;
  readonly shown: number;
  readonly follows: boolean;
}

type LazyPage<Item> = Page<Item, number | null>;

/** Arguments that a list takes beyond its page, and cost of the fields below its items. */
interface Options<Args, Asked> {
  /** Reads what else the platform is asked. Throws `BAD_USER_INPUT`. */
  readonly asks?: (args: Args) => Asked;
  readonly below?: (field: SelectedField, scope: ParentScope) => ParentScope;
}

/**
 * Declares a field that is a page, in the platform's order, of a list that the platform pages. No more is read than the page takes,
 * and what tells whether another follows.
 */
export function lazyPages<Parent, Item, Args extends PageArguments = PageArguments, Asked extends object = object>(
  name: string,
  source: Source<Parent, PageNumber & Asked, PlatformPage<Item>>,
  { asks = () => ({}) as Asked, below }: Options<Args, Asked> = {},
): Field<Resolve<Parent, Args, LazyPage<Item> | null>> {
  const cost: Cost = (field, scope, { estimator }) => {
    const args = field.args() as Args | null;
    const start = args && placeIn(name, args, asks);
    let found: ParentScope | null = null;
    for (let call = 0; start && call < MAX_CALLS; call += 1) {
      const asked = { ...start.asked, page: start.page + call };
      found = source.plan({ path: field.path, args: asked }, scope, estimator);
    }
    return found && below ? below(field, scope) : found;
  };
  return declared(
    { cost, takes: source.takes, part: 'key' },
    (parent, args, { loaders }) => {
      checkPageSize(args.first);
      const list = new PlacedList(name, parent, args);
      const [place, asked] = [readStart(list, args.after), asks(args)];
      const read = (page: number) => source.read(loaders, parent, { ...asked, page });
      return absentAsNull(readPage(list, read, place, args.first));
    },
    async (project, args, { loaders }) => {
      const { page } = readStart(name, args.after);
      return source.read(loaders, project as Parent, { ...asks(args as Args & typeof args), page });
    },
  );
}

/** Null for arguments that the resolver will refuse. */
function placeIn<Args extends PageArguments, Asked>(name: string, args: Args, asks: (args: Args) => Asked) {
  try {
    return { ...readStart(name, args.after), asked: asks(args) };
  } catch {
    return null;
  }
}

function readStart(list: PlacedList | string, after: unknown): Start {
  const { place, follows } = typeof after === 'string' ? readPlace(list, after) : { place: PLACES, follows: false };
  return { page: Math.max(1, Math.floor(place / PLACES)), shown: place % PLACES, follows };
}

/** An empty page is the end, and so is the total, and one that comes again: see `pagesOf`. */
async function readPage<Item>(
  list: PlacedList,
  read: (page: number) => Promise<PlatformPage<Item> | null>,
  start: Start,
  first: number,
): Promise<LazyPage<Item> | null> {
  const nodes: Item[] = [];
  const places: number[] = [];
  let [{ page, shown }, totalCount, unreadableCount] = [start, null as number | null, 0];
  let seen = start.page === 1 ? 0 : Number.NEGATIVE_INFINITY;
  let last: readonly unknown[] = [];
  const pageUpTo = (hasNextPage: boolean): LazyPage<Item> => {
    const pageInfo = new PlacedPageInfo(list, start.follows, hasNextPage, places, page * PLACES + shown);
    return new Page(nodes, pageInfo, totalCount, unreadableCount);
  };
  for (let call = 0; call < MAX_CALLS; call += 1) {
    const found = await read(page);
    if (!found) return null;
    totalCount = found.total ?? totalCount;
    if (found.elements.length === 0 || isDeepStrictEqual(found.elements, last)) return pageUpTo(false);
    unreadableCount += found.unreadableCount;
    const fitting = found.records.slice(shown, shown + first - nodes.length);
    nodes.push(...fitting);
    for (const _ of fitting) places.push(page * PLACES + ++shown);
    if (shown < found.records.length) return pageUpTo(true);
    seen += found.elements.length;
    if (totalCount !== null && seen >= totalCount) return pageUpTo(false);
    [page, shown, last] = [page + 1, 0, found.elements];
  }
  return pageUpTo(true);
}
