import { failure } from './access.ts';

/** How the lists are ordered: by these texts, one after the other. */
export type OrderOf<T> = (item: T) => readonly string[];

export interface Page {
  readonly first: number;
  readonly after?: string | null;
}

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

  page<T>(list: string, items: readonly T[], orderOf: OrderOf<T>, { first, after }: Page) {
    if (first < 1 || first > 100) throw failure('BAD_USER_INPUT');
    const start = after == null ? null : this.#placeOf.get(after);
    if (start === undefined || (start && start.list !== list)) throw failure('BAD_USER_INPUT');
    const ordered = [...items].sort((a, b) => compare(orderOf(a), orderOf(b)));
    const rest = start ? ordered.filter((item) => compare(orderOf(item), start.order) > 0) : ordered;
    const nodes = rest.slice(0, first);
    const last = nodes.at(-1);
    const endCursor = last ? this.#cursorOf.get(JSON.stringify([list, orderOf(last)])) : null;
    const pageInfo = { hasNextPage: rest.length > first, endCursor };
    return { nodes, totalCount: items.length, unreadableCount: 0, pageInfo };
  }
}

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((text, index) => text !== b[index]);
  const [mine, theirs] = [a[at] ?? '', b[at] ?? ''];
  return at < 0 ? 0 : mine < theirs ? -1 : 1;
}
