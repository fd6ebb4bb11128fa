import { writePlace } from './cursors.ts';
import type { PlacedList } from './placedList.ts';

/**
 * Ends of a page, and the cursors of its items, which are computed when they are read. A class, because V8 gives every
 * object literal with a getter a shape of its own. Each such shape lives until the next full collection, with all that its
 * getter reaches.
 */
export abstract class PageInfo {
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
  /** Number of items on the page. */
  readonly size: number;

  constructor(hasPreviousPage: boolean, hasNextPage: boolean, size: number) {
    this.hasPreviousPage = hasPreviousPage;
    this.hasNextPage = hasNextPage;
    this.size = size;
  }

  /** Cursor of the item with this index on the page. */
  abstract cursorAt(index: number): string;

  get startCursor(): string | null {
    return this.size > 0 ? this.cursorAt(0) : null;
  }

  get endCursor(): string | null {
    return this.size > 0 ? this.cursorAt(this.size - 1) : null;
  }
}

/** Ends of a page of a list that the platform keeps. Cursors are places in it. */
export class PlacedPageInfo extends PageInfo {
  readonly #list: PlacedList;
  /** Place after each item, and after all that was read. */
  readonly #places: readonly number[];
  readonly #end: number;

  constructor(
    list: PlacedList,
    hasPreviousPage: boolean,
    hasNextPage: boolean,
    places: readonly number[],
    end: number,
  ) {
    super(hasPreviousPage, hasNextPage, places.length);
    this.#list = list;
    this.#places = places;
    this.#end = end;
  }

  /** The last item has the cursor of the end: nothing is read twice from there. */
  cursorAt(index: number): string {
    const place = index === this.size - 1 ? this.#end : (this.#places[index] ?? this.#end);
    return writePlace(this.#list, { place, follows: true });
  }

  /** Of a page without items, too, if more may follow. */
  override get endCursor(): string | null {
    if (this.size > 0) return this.cursorAt(this.size - 1);
    return this.hasNextPage ? writePlace(this.#list, { place: this.#end, follows: this.hasPreviousPage }) : null;
  }
}

/** A page of a list, as connections return it. Edges are made when they are read. */
export class Page<Node, Total extends number | null = number> {
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
  /** Null when the platform does not tell. */
  readonly totalCount: Total;
  readonly unreadableCount: number;

  constructor(nodes: readonly Node[], pageInfo: PageInfo, totalCount: Total, unreadableCount: number) {
    this.nodes = nodes;
    this.pageInfo = pageInfo;
    this.totalCount = totalCount;
    this.unreadableCount = unreadableCount;
  }

  get edges(): readonly Edge<Node>[] {
    return this.nodes.map((node, index) => new Edge(node, this.pageInfo, index));
  }
}

class Edge<Node> {
  readonly node: Node;
  readonly #pageInfo: PageInfo;
  readonly #index: number;

  constructor(node: Node, pageInfo: PageInfo, index: number) {
    this.node = node;
    this.#pageInfo = pageInfo;
    this.#index = index;
  }

  get cursor(): string {
    return this.#pageInfo.cursorAt(this.#index);
  }
}
