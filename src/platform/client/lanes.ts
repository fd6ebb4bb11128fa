import { LRUCache } from 'lru-cache';
import { type Credential, isAccepted } from './credential.ts';
import type { Endpoint } from './endpoint.ts';
import { FamilyLane, Lane } from './lane.ts';

/** Credentials that are remembered. Tokens that the platform took in no call yet have a memory of their own, which they alone can fill. */
const MAX_CREDENTIALS = 5_000;
const MAX_STRANGERS = 1_000;

/** Hears that a family of endpoints is left alone, since most calls fail, or is called again. */
export type BreakerListener = (family: string, isOpen: boolean) => void;

type LanesOfOne = Record<string, Lane>;

/** Lanes of all credentials, each made with its first call. */
export class Lanes {
  readonly #maxCalls: number;
  readonly #onBreaker: BreakerListener | undefined;
  readonly #families: Record<string, FamilyLane> = Object.create(null);
  readonly #known = new LRUCache<string, LanesOfOne>({ max: MAX_CREDENTIALS });
  readonly #strangers = new LRUCache<string, LanesOfOne>({ max: MAX_STRANGERS });

  constructor(maxCalls: number, onBreaker?: BreakerListener) {
    this.#maxCalls = maxCalls;
    this.#onBreaker = onBreaker;
  }

  /** True if calls were made with this credential, apart from its identification. */
  knows(fingerprint: string): boolean {
    return this.#known.has(fingerprint);
  }

  /** The lane of the calls of a credential to an endpoint and its like. */
  of(credential: Credential, endpoint: Endpoint): Lane {
    const { fingerprint } = credential;
    const isUnproven = endpoint.family === 'identity' || !isAccepted(credential);
    const isStranger = isUnproven && !this.#known.has(fingerprint);
    const credentials = isStranger ? this.#strangers : this.#known;
    let lanes = credentials.get(fingerprint);
    if (!lanes) {
      lanes = Object.create(null) as LanesOfOne;
      credentials.set(fingerprint, lanes);
    }
    const name = endpoint.family ?? `change of ${endpoint.changes[0] ?? ''}`;
    lanes[name] ??= this.#newLane(name, isStranger);
    return lanes[name];
  }

  #newLane(name: string, isStranger: boolean): Lane {
    // A bulkhead of their own: they cannot keep a caller who is known from being identified again.
    const family = isStranger ? `${name} of strangers` : name;
    const changed = (isOpen: boolean) => this.#onBreaker?.(family, isOpen);
    this.#families[family] ??= new FamilyLane(Math.ceil(this.#maxCalls / 2), changed);
    return new Lane(this.#families[family], Math.ceil(this.#maxCalls / 4), isStranger);
  }
}
