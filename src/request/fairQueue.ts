/** Something that waits, with the work that it brings. */
interface Waiting<Item> {
  readonly line: string;
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
 * Weighted fair queue: lines take turns by weight, so that small items pass large ones. Each taken item
 * moves the start of later ones, so that nothing waits for ever.
 */
export class FairQueue<Item> {
  readonly #lines = new Map<string, Line<Item>>();
  #count = 0;
  #weight = 0;
  #taken = 0;

  /** Lines with something that waits. */
  get lines(): number {
    return this.#lines.size;
  }

  /** Items that wait. */
  get count(): number {
    return this.#count;
  }

  get weight(): number {
    return this.#weight;
  }

  weightOf(name: string): number {
    return this.#lines.get(name)?.weight ?? 0;
  }

  push(name: string, weight: number, since: number, item: Item): void {
    let line = this.#lines.get(name);
    if (!line) {
      line = { waiting: [], weight: 0 };
      this.#lines.set(name, line);
    }
    const start = Math.max(this.#taken, line.waiting.at(-1)?.finish ?? 0);
    line.waiting.push({ line: name, weight, finish: start + weight, since, item });
    line.weight += weight;
    this.#weight += weight;
    this.#count += 1;
  }

  /** The item whose turn it is, among those that may go. Null if there is none. */
  next(mayGo: (weight: number) => boolean): Waiting<Item> | null {
    let least: Waiting<Item> | null = null;
    for (const { waiting } of this.#lines.values()) {
      const [first] = waiting;
      if (first && (!least || first.finish < least.finish) && mayGo(first.weight)) least = first;
    }
    return least;
  }

  /** Takes the first item of a line. */
  take(name: string): Waiting<Item> {
    const line = this.#lines.get(name);
    const first = line?.waiting.shift();
    if (!line || !first) throw new Error('nothing waits in this line');
    line.weight -= first.weight;
    this.#weight -= first.weight;
    this.#count -= 1;
    this.#taken = Math.max(this.#taken, first.finish);
    if (line.waiting.length === 0) this.#lines.delete(name);
    return first;
  }

  /** Lines whose first item waits since before a time. */
  linesSince(time: number): string[] {
    return [...this.#lines].filter(([, { waiting }]) => (waiting[0]?.since ?? time) < time).map(([name]) => name);
  }
}
