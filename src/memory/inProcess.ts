import { LRUCache } from 'lru-cache';
import type { AnswerMemory, Kept, Recollection } from '../platform/memory.ts';

/** Objects take about this many times the bytes of the JSON that they were read from. */
const BYTES_PER_JSON_BYTE = 3;
const ENTRY_BYTES = 500;

interface Entry {
  readonly scope: string;
  readonly value: unknown;
}

/**
 * Remembers in this process, within a bound of bytes. Its version is one count of all writes that this process made: a write
 * to one organization also keeps answers that others are just waiting for from being stored, which costs a call, no truth.
 */
export class InProcessMemory implements AnswerMemory {
  readonly #entries: LRUCache<string, Entry>;
  #writes = 0;

  constructor(maxBytes: number) {
    this.#entries = new LRUCache<string, Entry>({ maxSize: maxBytes });
  }

  recall(_scope: string, key: string | null): Recollection {
    const entry = key === null ? undefined : this.#entries.get(key);
    return { version: String(this.#writes), value: entry?.value };
  }

  keep(scope: string, key: string, { version, value, bytes, forMs }: Kept): void {
    if (version !== String(this.#writes)) return;
    const size = ENTRY_BYTES + key.length + bytes * BYTES_PER_JSON_BYTE;
    this.#entries.set(key, { scope, value }, { size, ttl: forMs });
  }

  async forget(scope: string): Promise<void> {
    this.#writes += 1;
    for (const [key, entry] of this.#entries.entries()) if (entry.scope === scope) this.#entries.delete(key);
  }
}
