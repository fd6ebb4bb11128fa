import { Heap, type Ranked } from '../../values/heap.ts';

/** Something that waits, with the work that it brings. */
export interface Waiting<Item> {
  readonly line: string;
  readonly weight: number;
  /** Place in the order: weight that was taken before, and its own. */
  readonly finish: number;
  /** On the clock of the queue's user, in milliseconds. */
  readonly since: number;
  readonly item: Item;
}

interface Linked<Item> extends Waiting<Item> {
  /** The next in the same line. */
  next: Linked<Item> | null;
}

interface Line<Item> extends Ranked {
  readonly order: Heap<Line<Item>>;
  first: Linked<Item>;
  last: Linked<Item>;
  weight: number;
}

/**
 * Weighted fair queue: lines take turns by weight, so that small items pass large ones. Each taken item
 * moves the start of later ones, so that nothing waits for ever. An item costs the logarithm of the number of lines.
 */
export class FairQueue<Item> {
  readonly #isLarge: (weight: number) => boolean;
  readonly #lines = new Map<string, Line<Item>>();
  /** Lines in the order of their turns. */
  readonly #small = newOrder<Item>();
  readonly #large = newOrder<Item>();
  #count = 0;
  #weight = 0;
  #taken = 0;

  /** Items of a line are all large, or all small. */
  constructor(isLarge: (weight: number) => boolean) {
    this.#isLarge = isLarge;
  }

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
    this.#weight += weight;
    this.#count += 1;
    const line = this.#lines.get(name);
    const start = Math.max(this.#taken, line?.last.finish ?? 0);
    const last = { line: name, weight, finish: start + weight, since, item, next: null };
    if (!line) this.#open(name, last);
    else {
      line.last.next = last;
      line.last = last;
      line.weight += weight;
    }
  }

  /** The item whose turn it is: a large one only if such may go. Null if there is none. */
  next(mayBeLarge: boolean): Waiting<Item> | null {
    const small = this.#small.first;
    const large = mayBeLarge ? this.#large.first : undefined;
    const line = small && large && isBefore(large, small) ? large : (small ?? large);
    return line?.first ?? null;
  }

  /** Takes the first item of a line. */
  take(name: string): Waiting<Item> {
    const line = this.#lines.get(name);
    if (!line) throw new Error('nothing waits in this line');
    const { first, order } = line;
    line.weight -= first.weight;
    this.#weight -= first.weight;
    this.#count -= 1;
    this.#taken = Math.max(this.#taken, first.finish);
    order.remove(line);
    if (first.next) {
      line.first = first.next;
      // An old item would keep all later ones alive, until a full collection.
      first.next = null;
      order.push(line);
    } else this.#lines.delete(name);
    return first;
  }

  /** Lines whose first item waits since before a time. */
  linesSince(time: number): string[] {
    return [...this.#lines].filter(([, { first }]) => first.since < time).map(([name]) => name);
  }

  #open(name: string, first: Linked<Item>): void {
    const { weight } = first;
    const order = this.#isLarge(weight) ? this.#large : this.#small;
    const line = { order, first, last: first, weight, place: 0 };
    this.#lines.set(name, line);
    order.push(line);
  }
}

function newOrder<Item>(): Heap<Line<Item>> {
  return new Heap<Line<Item>>(isBefore);
}

function isBefore<Item>({ first: one }: Line<Item>, { first: other }: Line<Item>): boolean {
  return one.finish === other.finish ? one.since < other.since : one.finish < other.finish;
}
