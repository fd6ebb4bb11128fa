/** Something that waits, with the work that it brings. */
export interface Waiting<Item> {
  readonly weight: number;
  /** Place in the order: weight that was taken before, and its own. */
  readonly finish: number;
  /** On the clock of the queue's user, in milliseconds. */
  readonly since: number;
  readonly item: Item;
}

interface Line<Item> {
  readonly waiting: Waiting<Item>[];
  weight: number;
}

/**
 * Weighted fair queue: callers have lines of their own and take turns by weight, so that small items pass large ones. Each taken item
 * moves the start of later ones, so that nothing waits for ever.
 */
export class FairQueue<Item> {
  readonly #lines = new Map<string, Line<Item>>();
  #weight = 0;
  #taken = 0;

  /** Callers with something that waits. */
  get callers(): number {
    return this.#lines.size;
  }

  get weight(): number {
    return this.#weight;
  }

  weightOf(caller: string): number {
    return this.#lines.get(caller)?.weight ?? 0;
  }

  push(caller: string, weight: number, since: number, item: Item): void {
    let line = this.#lines.get(caller);
    if (!line) {
      line = { waiting: [], weight: 0 };
      this.#lines.set(caller, line);
    }
    const start = Math.max(this.#taken, line.waiting.at(-1)?.finish ?? 0);
    line.waiting.push({ weight, finish: start + weight, since, item });
    line.weight += weight;
    this.#weight += weight;
  }

  /** The caller whose turn it is, and the weight of the item, among those that may go. Null if there is none. */
  next(mayGo: (weight: number) => boolean): { readonly caller: string; readonly weight: number } | null {
    let [next, least]: [string | null, Waiting<Item> | null] = [null, null];
    for (const [caller, { waiting }] of this.#lines) {
      const [first] = waiting;
      if (!first || (least && first.finish >= least.finish) || !mayGo(first.weight)) continue;
      [next, least] = [caller, first];
    }
    return next === null || !least ? null : { caller: next, weight: least.weight };
  }

  /** Takes the first item of a caller. */
  take(caller: string): Waiting<Item> {
    const line = this.#lines.get(caller);
    const first = line?.waiting.shift();
    if (!line || !first) throw new Error('nothing waits for this caller');
    line.weight -= first.weight;
    this.#weight -= first.weight;
    this.#taken = Math.max(this.#taken, first.finish);
    if (line.waiting.length === 0) this.#lines.delete(caller);
    return first;
  }

  /** Callers whose first item waits since before a time. */
  callersSince(time: number): string[] {
    return [...this.#lines].filter(([, { waiting }]) => (waiting[0]?.since ?? time) < time).map(([caller]) => caller);
  }
}
