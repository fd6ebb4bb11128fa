import type { Naming } from './sdl/naming.ts';
import { isRoot } from './sdl/types.ts';

/** Values by type, under the names as served. */
export function renamedTypes<Value>(byType: Readonly<Record<string, Value>>, { type }: Naming): Record<string, Value> {
  return Object.fromEntries(Object.entries(byType).map(([name, value]) => [type(name), value]));
}

type ByField = Readonly<Record<string, object>>;

/** Resolvers under the names as served. */
export function renamedResolvers(byType: Readonly<Record<string, ByField>>, naming: Naming): Record<string, ByField> {
  const types = Object.entries(byType).map(([typeName, fields]): [string, ByField] =>
    isRoot(typeName) ? [typeName, renamedTypes(fields, { ...naming, type: naming.rootField })] : [typeName, fields],
  );
  return renamedTypes(Object.fromEntries(types), naming);
}
