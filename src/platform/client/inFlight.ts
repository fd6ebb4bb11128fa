import type { Lifeline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import type { Delivery } from './retryingClient.ts';

/** A read under way, and how many wait for it. It goes on as long as anybody does. */
export class Flight {
  readonly endpoint: Endpoint;
  readonly answer: Promise<Delivery<unknown>>;
  readonly life: Lifeline;
  readonly version: string | null;
  #riders = 1;

  constructor(endpoint: Endpoint, answer: Promise<Delivery<unknown>>, life: Lifeline, version: string | null) {
    this.endpoint = endpoint;
    this.answer = answer;
    this.life = life;
    this.version = version;
  }

  join(): this {
    this.#riders += 1;
    return this;
  }

  leave(): void {
    this.#riders -= 1;
    if (this.#riders === 0) this.life.cancel();
  }
}

/**
 * The reads under way, so that equal ones at the same time are one call (design.md 3.5: the key holds the fingerprint).
 * In an object, not a `Map`: a map from which entries come and go all the time leaves tables behind, and young collections keep what
 * was in them, ten megabytes a second of answers under load.
 */
export class Flights {
  readonly #underWay: Record<string, Flight | undefined> = Object.create(null);

  /** A read under way with this key that no write has overtaken: one asked under another version is not joined. */
  find(key: string, version: string | null): Flight | undefined {
    const flight = version === null ? undefined : this.#underWay[key];
    return flight?.version === version && !flight.life.isCancelled ? flight : undefined;
  }

  /** Makes a read known until it has ended. */
  add(key: string, flight: Flight): void {
    this.#underWay[key] = flight;
    const remove = () => {
      if (this.#underWay[key] === flight) delete this.#underWay[key];
    };
    flight.answer.then(remove, remove);
  }
}
