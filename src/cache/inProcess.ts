import { LRUCache } from 'lru-cache';
import type { AnswerCache, CachedAnswer, Lookup } from '../platform/client/answerCache.ts';
import { Versions } from './versions.ts';

/** Objects take about this many times the bytes of the JSON that they were read from. */
const BYTES_PER_JSON_BYTE = 3;
const ENTRY_BYTES = 500;

interface Entry {
  readonly version: string;
  readonly value: unknown;
  readonly keptUntil: number;
}

/** Remembers in this process, within a bound of bytes. No other replica is told. */
export class InProcessCache implements AnswerCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #versions = new Versions();

  constructor(maxBytes: number) {
    // Resolution 0: no answer is given past its time, not even in the millisecond that the library would remember the time for.
    this.#entries = new LRUCache<string, Entry>({ maxSize: maxBytes, ttlResolution: 0 });
  }

  get(scopes: readonly string[], key: string | null): Lookup {
    const version = this.#versions.of(scopes);
    const entry = key === null ? undefined : this.#entries.get(key);
    return entry?.version === version ? { version, value: entry.value, keptUntil: entry.keptUntil } : { version };
  }

  set(scopes: readonly string[], key: string, { version, value, bytes, forMs }: CachedAnswer): void {
    if (version !== this.#versions.of(scopes)) return;
    const size = ENTRY_BYTES + key.length + bytes * BYTES_PER_JSON_BYTE;
    this.#entries.set(key, { version, value, keptUntil: performance.now() + forMs }, { size, ttl: forMs });
  }

  async forget(scope: string): Promise<boolean> {
    this.#versions.change(scope);
    return true;
  }

  async close(scope: string): Promise<boolean> {
    this.#versions.close(scope);
    return true;
  }
}
