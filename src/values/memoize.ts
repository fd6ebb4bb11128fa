/**
 * Works something out once per object, and keeps it on the object, if that takes it: it goes when the object goes. Not in a
 * `WeakMap`: collecting young objects, the engine takes all values of such a map for alive, so that each would last until the next
 * full collection.
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
