/** The store did not answer. The command may have been executed. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** Held by one at a time. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * State that outlives a request: keys of idempotency, the progress of rotations, and marks of disclosed secrets. Values are
 * JSON text of ids and keyed hashes, never a secret. Every method throws `StoreUnavailableError`.
 */
export interface Store {
  /** The value; null when there is none or its time is over. */
  get(key: string): Promise<string | null>;
  /** Keeps a value for `ttlMs` milliseconds, in the place of any earlier one. Resolves when it is durable. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** The same when the value is `expected`; null: when there is none. False when it is another. Nobody comes in between. */
  replace(key: string, expected: string | null, value: string, ttlMs: number): Promise<boolean>;
  /** The values of many, in order. */
  getAll(keys: readonly string[]): Promise<(string | null)[]>;
  /** Keeps one value under many keys. After a failure some of them may have it. */
  setAll(keys: readonly string[], value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Takes a lock; null if another holds it. The lock of a dead process ends at once in a file, and after `ttlMs` in
   * Redis.
   */
  lock(key: string, ttlMs: number): Promise<Lock | null>;
  close(): Promise<void>;
}
