import type { Naming } from './sdl/naming.ts';
import { isRoot } from './sdl/types.ts';

/** Values by type, under the names as served. */
export function renamedTypes<Value>(byType: Readonly<Record<string, Value>>, { type }: Naming): Record<string, Value> {
  return Object.fromEntries(Object.entries(byType).map(([name, value]) => [type(name), value]));
}

type ByField = Readonly<Record<string, object>>;

/** Resolvers under the names as served. Resolvers of abstract types return the names of the contract all the same. */
export function renamedResolvers(byType: Readonly<Record<string, ByField>>, naming: Naming): Record<string, ByField> {
  const types = Object.entries(byType).map(([typeName, fields]): [string, ByField] => {
    if (isRoot(typeName)) return [typeName, renamedTypes(fields, { ...naming, type: naming.rootField })];
    const { __resolveType: resolveType } = fields;
    if (typeof resolveType !== 'function') return [typeName, fields];
    return [typeName, { ...fields, __resolveType: (...args: unknown[]) => naming.type(resolveType(...args)) }];
  });
  return renamedTypes(Object.fromEntries(types), naming);
}
