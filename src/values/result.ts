/** The value, or what was thrown: DataLoader takes an error in the place of a value, so that one key fails alone. */
export function toResult<T>(work: () => Promise<T>): Promise<T | Error> {
  try {
    return work().then(undefined, asError);
  } catch (error) {
    return Promise.resolve(asError(error));
  }
}

/** Every key with its own value or its own error, in order. */
export function toResults<K, T>(keys: readonly K[], load: (key: K) => Promise<T>): Promise<(T | Error)[]> {
  return Promise.all(keys.map((key) => toResult(() => load(key))));
}

/** Thrown value, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
