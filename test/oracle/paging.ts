import { failure } from './access.ts';

/** How a list is ordered: by these texts, one after the other. */
export type OrderOf<T> = (item: T) => readonly string[];

/** An order as callers choose it. */
export interface Chosen {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

/** A list with its orders by field, the first of which is the default. */
export interface Orders<T> {
  readonly list: string;
  /** Name of the field that is the list, where it is not that of the list. */
  readonly field?: string;
  readonly byField: Readonly<Record<string, OrderOf<T>>>;
}

export interface Page {
  readonly first: number;
  readonly after?: string | null;
  readonly orderBy?: Chosen | null;
}

/** The items in an order. A descending one is the ascending one from its end. */
export function ordered<T>(items: readonly T[], { byField }: Orders<T>, { field, direction }: Chosen): T[] {
  const orderOf = byField[field]!;
  const ascending = [...items].sort((a, b) => compare(orderOf(a), orderOf(b)));
  return direction === 'ASC' ? ascending : ascending.reverse();
}

/** The name of a list in an order. */
export const nameOf = (list: string, { field, direction }: Chosen) => `${list} ${field} ${direction}`;

export const defaultOf = ({ byField }: Orders<never>): Chosen => ({
  field: Object.keys(byField)[0]!,
  direction: 'ASC',
});

/** Cursors that the facade gave, in both directions: which list and which place in its order each stands for. */
export class KnownCursors {
  readonly #placeOf = new Map<string, { readonly list: string; readonly order: readonly string[] }>();
  readonly #cursorOf = new Map<string, string>();

  add(list: string, order: readonly string[], cursor: string): void {
    this.#placeOf.set(cursor, { list, order });
    this.#cursorOf.set(JSON.stringify([list, order]), cursor);
  }

  of(list: string): string[] {
    return [...this.#placeOf].flatMap(([cursor, place]) => (place.list === list ? [cursor] : []));
  }

  all(): string[] {
    return [...this.#placeOf.keys()];
  }

  page<T>(items: readonly T[], orders: Orders<T>, { first, after, orderBy }: Page) {
    if (first < 1 || first > 100) throw failure('BAD_USER_INPUT');
    const chosen = orderBy ?? defaultOf(orders);
    const list = nameOf(orders.list, chosen);
    const orderOf = orders.byField[chosen.field]!;
    const start = after == null ? null : this.#placeOf.get(after);
    if (start === undefined || (start && start.list !== list)) throw failure('BAD_USER_INPUT');
    const sign = chosen.direction === 'ASC' ? 1 : -1;
    const sorted = ordered(items, orders, chosen);
    const rest = start ? sorted.filter((item) => sign * compare(orderOf(item), start.order) > 0) : sorted;
    const nodes = rest.slice(0, first);
    const edges = nodes.map((node) => ({
      node,
      cursor: this.#cursorOf.get(JSON.stringify([list, orderOf(node)])),
    }));
    const pageInfo = {
      hasNextPage: rest.length > first,
      hasPreviousPage: rest.length < sorted.length,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    };
    return { nodes, edges, totalCount: items.length, unreadableCount: 0, pageInfo };
  }
}

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((text, index) => text !== b[index]);
  const [mine, theirs] = [a[at] ?? '', b[at] ?? ''];
  return at < 0 ? 0 : mine < theirs ? -1 : 1;
}
