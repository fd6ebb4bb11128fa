import { LRUCache } from 'lru-cache';

/** Scopes that have a version of their own, at most. */
const MAX_SCOPES = 100_000;

/** Longer than any read takes (`UPSTREAM_DEADLINE_MS`): after it, nothing from before a change can still arrive. */
const VERSION_LIFE_MS = 11 * 60_000;

/** Versions of scopes in this process: counts of changes, so that the version of several scopes is the latest among them. */
export class Versions {
  readonly #closed = new Set<string>();
  readonly #own: LRUCache<string, number>;
  #changes = 0;
  /** Version of every scope that has none of its own. */
  #others = 0;

  constructor(maxScopes = MAX_SCOPES) {
    this.#own = new LRUCache<string, number>({
      // Unlike `max`, it takes no room for entries that are not there.
      maxSize: maxScopes,
      sizeCalculation: () => 1,
      ttl: VERSION_LIFE_MS,
      dispose: (_version, _scope, reason) => {
        if (reason === 'evict') this.#others = this.#next();
      },
    });
  }

  /** Null while one of the scopes is closed. */
  of(scopes: readonly string[]): string | null {
    let latest = this.#others;
    if (this.#closed.size > 0 && scopes.some((scope) => this.#closed.has(scope))) return null;
    if (this.#own.size > 0) for (const scope of scopes) latest = Math.max(latest, this.#own.get(scope) ?? 0);
    return String(latest);
  }

  /** Gives the scope a new version. */
  change(scope: string): void {
    this.#closed.delete(scope);
    this.#own.set(scope, this.#next());
  }

  /** Leaves the scope without a version until it is changed. */
  close(scope: string): void {
    this.#closed.add(scope);
  }

  #next(): number {
    this.#changes += 1;
    return this.#changes;
  }
}
