/**
 * Computes a value once per object, and keeps it on the object, if that is extensible. Not in a `WeakMap`: young
 * collections treat all its values as alive, so each would last until the next full collection.
 */
export function memoize<Of extends object, Value extends object>(workOut: (of: Of) => Value): (of: Of) => Value {
  const key = Symbol('memoized');
  return (of) => {
    if (!Object.isExtensible(of)) return workOut(of);
    const carrier: Of & { [key]?: Value } = of;
    carrier[key] ??= workOut(of);
    return carrier[key];
  };
}
