const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const WARM_UP_ROUNDS = 12;

/**
 * Reproducible random numbers (sfc32). The state has 128 bits because every project has a generator of its own: with
 * 32 bits, two of 20,000 projects would soon share one, and with it the ids of their assistants.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** One stream per list of parts, e.g. seed, 'assistants', organization, project. */
  constructor(...parts: readonly (string | number)[]) {
    const text = parts.join('/');
    [this.#a, this.#b, this.#c, this.#d] = [hash(text, 1), hash(text, 2), hash(text, 3), hash(text, 4)];
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) this.#uint32();
  }

  /** From `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor((this.#uint32() / 2 ** 32) * (most - least + 1));
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.integer(1, n) === 1;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** `count` different items, or all of them when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[] {
    const rest = [...items];
    const taken: T[] = [];
    while (taken.length < count && rest.length > 0) taken.push(...rest.splice(this.integer(0, rest.length - 1), 1));
    return taken;
  }

  /** Shaped like version 4. */
  uuid(): string {
    const [first, second, third, fourth] = [this.#hex(), this.#hex(), this.#hex(), this.#hex()];
    const variant = '89ab'[this.integer(0, 3)];
    const middle = `${second.slice(0, 4)}-4${second.slice(5)}-${variant}${third.slice(1, 4)}`;
    return `${first}-${middle}-${third.slice(4)}${fourth}`;
  }

  characters(count: number): string {
    let text = '';
    while (text.length < count) text += LETTERS_AND_DIGITS[this.integer(0, 61)];
    return text;
  }

  #hex(): string {
    return this.#uint32().toString(16).padStart(8, '0');
  }

  #uint32(): number {
    const sum = (this.#a + this.#b + this.#d) >>> 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }
}

/** A 32-bit hash of the text (FNV-1a with a final mix), another one for each `lane`. */
function hash(text: string, lane: number): number {
  let state = Math.imul(lane, 0x9e3779b1) ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  return state ^ (state >>> 13);
}
