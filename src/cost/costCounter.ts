/** Things of one kind and cost: known by their ids, or only by their greatest number at one scope. */
export interface Items {
  /** The ids, when the operation names them. Null: `key` names the scope, and `size` bounds how many there are. */
  readonly ids: readonly string[] | null;
  readonly key: string;
  readonly size: number;
}

/** The bound as it grows, and which field brought how much of it. */
export class CostCounter {
  #calls = 0;
  #exempt = 0;
  readonly #byPath = new Map<string, number>();
  /** Names of what was counted, by kind. */
  readonly #seen = new Map<string, Set<string>>();

  get calls(): number {
    return this.#calls;
  }

  /** Number of `calls` that the budget does not count. */
  get exempt(): number {
    return this.#exempt;
  }

  /** The field that costs most, exempt ones aside, the first of equals; null when none costs anything. */
  get costliest(): { readonly path: string; readonly calls: number } | null {
    const [most] = [...this.#byPath].sort(([, one], [, other]) => other - one);
    return most ? { path: most[0], calls: most[1] } : null;
  }

  /** `path` is null for what no single field causes. */
  add(path: string | null, calls: number): void {
    if (calls <= 0) return;
    this.#calls += calls;
    if (path !== null) this.#byPath.set(path, (this.#byPath.get(path) ?? 0) + calls);
  }

  /** Adds `each` for every item that was not there before: the loaders read it once. Answers how many those are. */
  addOnce(what: string, { ids, key, size }: Items, path: string, each = 1): number {
    const seen = this.#seen.get(what) ?? new Set();
    this.#seen.set(what, seen);
    const before = seen.size;
    for (const id of ids ?? [`at ${key}`]) seen.add(id);
    const added = seen.size - before;
    const fresh = ids ? added : added * size;
    this.add(path, fresh * each);
    return fresh;
  }

  /** Keeps what was added for a field so far from the budget: for what bounds itself. One field in an operation only. */
  exemptOnce(path: string): void {
    if (this.#exempt > 0) return;
    this.#exempt = this.#byPath.get(path) ?? 0;
    this.#byPath.delete(path);
  }

  /** Counts everything anew from here on: a change drops what the loaders remember. */
  startOver(): void {
    this.#seen.clear();
  }
}
