/** Member of a heap, which knows its place there. */
export interface Ranked {
  place: number;
}

/** Binary heap. The first member is at hand; adding and removing one take steps by the logarithm of their number. */
export class Heap<T extends Ranked> {
  readonly #isBefore: (one: T, other: T) => boolean;
  readonly #members: T[] = [];

  constructor(isBefore: (one: T, other: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get first(): T | undefined {
    return this.#members[0];
  }

  push(member: T): void {
    this.#put(member, this.#members.length);
    this.#rise(member);
  }

  remove(member: T): void {
    const last = this.#members.pop() as T;
    if (last === member) return;
    this.#put(last, member.place);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(member: T): void {
    while (member.place > 0) {
      const above = this.#members[(member.place - 1) >> 1] as T;
      if (!this.#isBefore(member, above)) return;
      this.#swap(member, above);
    }
  }

  #sink(member: T): void {
    for (;;) {
      const left = this.#members[2 * member.place + 1];
      const right = this.#members[2 * member.place + 2];
      const below = left && right && this.#isBefore(right, left) ? right : left;
      if (!below || !this.#isBefore(below, member)) return;
      this.#swap(below, member);
    }
  }

  #swap(one: T, other: T): void {
    const { place } = one;
    this.#put(one, other.place);
    this.#put(other, place);
  }

  #put(member: T, place: number): void {
    this.#members[place] = member;
    member.place = place;
  }
}
