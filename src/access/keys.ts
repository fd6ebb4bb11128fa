import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import type { KeySource } from './keySource.ts';
import { Refusal } from './refusal.ts';

export interface KeyTimes {
  /** Time between two look-ups, at least, however many tokens name an unknown key. Milliseconds. */
  readonly cooldownMs: number;
  /** After this long, keys are looked up again, while those that are known go on. */
  readonly freshMs: number;
  /** After this long without a look-up that succeeded, no key is known any more. */
  readonly staleMs: number;
}

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

/** Outcomes of the look-ups, for the log. */
export interface KeyEvents {
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/** Keys of the issuer. Looked up seldom, and never more than once at a time. */
export class Keys {
  readonly #source: KeySource;
  readonly #times: KeyTimes;
  readonly #events: KeyEvents;
  #text = '';
  #known: LocalKeys | null = null;
  /** Beginnings of the last look-up, and of the last one that succeeded. */
  #triedAt = Number.NEGATIVE_INFINITY;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(source: KeySource, times: KeyTimes, events: KeyEvents) {
    this.#source = source;
    this.#times = times;
    this.#events = events;
  }

  /** The key that a token names. Throws `Refusal`. */
  async find(header: JWSHeaderParameters): Promise<CryptoKey> {
    const { freshMs, staleMs } = this.#times;
    const age = performance.now() - this.#readAt;
    if (age > staleMs) await this.#lookUp();
    else if (age > freshMs) void this.#lookUp();
    const known = await this.#among(header);
    if (known) return known;
    await this.#lookUp();
    const found = await this.#among(header);
    if (found) return found;
    throw new Refusal(this.#isKnown ? 'UNKNOWN_KEY' : 'KEYS_UNAVAILABLE');
  }

  /** Looks the keys up, cool-down or not. Resolves when that is done; never rejects. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** True if some key is known, after a look-up if there is time for one. */
  async areKnown(): Promise<boolean> {
    if (!this.#isKnown) await this.#lookUp();
    return this.#isKnown;
  }

  get #isKnown(): boolean {
    return this.#known !== null && performance.now() - this.#readAt <= this.#times.staleMs;
  }

  async #among(header: JWSHeaderParameters): Promise<CryptoKey | null> {
    if (!this.#known || !this.#isKnown) return null;
    try {
      return await this.#known(header);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      // Several of the same name, or one that is no key: the issuer's fault, which no further look-up mends at once.
      throw new Refusal('UNKNOWN_KEY');
    }
  }

  async #lookUp(): Promise<void> {
    const isCoolingDown = performance.now() - this.#triedAt < this.#times.cooldownMs;
    if (!isCoolingDown || this.#reading) await this.refresh();
  }

  async #read(): Promise<void> {
    const now = performance.now();
    this.#triedAt = now;
    try {
      const text = await this.#source();
      if (text !== this.#text || !this.#known) this.#replace(text);
      this.#readAt = now;
    } catch (error) {
      this.#events.failed(error);
    }
  }

  /** A set without a key ends the known ones: the issuer has published that. */
  #replace(text: string): void {
    const set = JSON.parse(text) as JSONWebKeySet;
    const known = createLocalJWKSet(set);
    const isEmpty = set.keys.length === 0;
    const isChange = !isEmpty || this.#known !== null;
    this.#known = isEmpty ? null : known;
    this.#text = text;
    if (isChange) this.#events.changed();
    if (isEmpty) throw new Error('the issuer publishes no key');
  }
}
