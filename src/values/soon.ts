/** A value that may be there at once. A promise for each part of a small request would cost more than the part. */
export type Soon<T> = T | Promise<T>;

/** Passes a value on: at once if it is there. */
export function whenThere<T, Next>(value: Soon<T>, next: (value: T) => Next): Soon<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** All the values, in order: at once if all are there. */
export function allThere<T>(values: readonly Soon<T>[]): Soon<readonly T[]> {
  return values.every((value): value is T => !(value instanceof Promise)) ? values : Promise.all(values);
}
