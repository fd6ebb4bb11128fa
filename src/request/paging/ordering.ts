import type { Pacer } from '../../platform/client/pacer.ts';
import { compare } from '../../values/compare.ts';
import { memoize } from '../../values/memoize.ts';

/** An item with its place among those of equal key and tie. */
export interface Ordered<T> {
  readonly key: string;
  ordinal: number;
  readonly item: T;
}

/** Items that are ordered in one stretch: about a millisecond. */
export const RUN = 2_000;

interface State<T> {
  entries: readonly Ordered<T>[] | null;
  /** Work that all wait for who ask meanwhile, and the turn that each of them takes after it. */
  underWay: Promise<void> | null;
  readonly turns: Map<Pacer, Promise<void>>;
}

/** Order of lists by key, and of equal keys by tie. Each list is ordered once. Items that are equal in both keep their order. */
export class Ordering<T> {
  readonly #keyOf: (item: T) => string;
  readonly #tieOf: (item: T) => string;
  readonly #stateOf = memoize(
    (_items: readonly T[]): State<T> => ({ entries: null, underWay: null, turns: new Map() }),
  );

  constructor(keyOf: (item: T) => string, tieOf: (item: T) => string) {
    this.#keyOf = keyOf;
    this.#tieOf = tieOf;
  }

  of(items: readonly T[]): readonly Ordered<T>[] {
    const state = this.#stateOf(items);
    state.entries ??= this.#numbered(this.#entriesOf(items).sort(this.#compare));
    return state.entries;
  }

  /** Orders a long list in stretches. Null if it is ordered already, or at once. */
  prepare(items: readonly T[], turns: Pacer): Promise<void> | null {
    // A list that takes no members would forget its order.
    if (items.length <= RUN || !Object.isExtensible(items)) return null;
    const state = this.#stateOf(items);
    if (state.entries) return null;
    state.underWay ??= this.#order(items, turns).then((entries) => {
      state.entries = entries;
      state.turns.clear();
    });
    const turn = state.turns.get(turns) ?? state.underWay.then(() => turns.next());
    state.turns.set(turns, turn);
    return turn;
  }

  async #order(items: readonly T[], turns: Pacer): Promise<Ordered<T>[]> {
    let runs: Ordered<T>[][] = [];
    for (let start = 0; start < items.length; start += RUN) {
      await turns.next();
      runs.push(this.#entriesOf(items.slice(start, start + RUN)).sort(this.#compare));
    }
    while (runs.length > 1) {
      const longer: Ordered<T>[][] = [];
      for (let index = 0; index < runs.length; index += 2) {
        await turns.next();
        // The engine merges what is in order already: one comparison for each item.
        longer.push(
          runs
            .slice(index, index + 2)
            .flat()
            .sort(this.#compare),
        );
      }
      runs = longer;
    }
    await turns.next();
    return this.#numbered(runs.flat());
  }

  #entriesOf(items: readonly T[]): Ordered<T>[] {
    return items.map((item) => ({ key: this.#keyOf(item), ordinal: 0, item }));
  }

  #numbered(entries: Ordered<T>[]): Ordered<T>[] {
    let previous: Ordered<T> | undefined;
    for (const entry of entries) {
      const isEqual = previous?.key === entry.key && this.#tieOf(previous.item) === this.#tieOf(entry.item);
      if (previous && isEqual) entry.ordinal = previous.ordinal + 1;
      previous = entry;
    }
    return entries;
  }

  readonly #compare = (a: Ordered<T>, b: Ordered<T>): number =>
    compare(a.key, b.key) || compare(this.#tieOf(a.item), this.#tieOf(b.item));
}
