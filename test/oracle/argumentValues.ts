import fc from 'fast-check';
import {
  type GraphQLInputType,
  type GraphQLNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';

/**
 * Values to give, by the name of what takes them: `field.argument`, `InputType.field`, the bare name of an argument, or of
 * its type. The first of these that is there counts. Enums, lists, booleans and input objects need none.
 */
export type ArgumentPools = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Values that are valid for the type, though not always for the platform. */
export function valuesOf(pools: ArgumentPools, name: string, type: GraphQLInputType): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return presentValuesOf(pools, name, type.ofType);
  return fc.option(presentValuesOf(pools, name, type), { freq: 6 });
}

function presentValuesOf(
  pools: ArgumentPools,
  name: string,
  type: GraphQLNullableType & GraphQLInputType,
): fc.Arbitrary<unknown> {
  const pool = pools[name] ?? pools[name.slice(name.indexOf('.') + 1)];
  if (pool) return pool;
  if (isListType(type)) return fc.array(valuesOf(pools, name, type.ofType), { maxLength: 3 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name));
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const values: Record<string, fc.Arbitrary<unknown>> = {};
    for (const field of fields) values[field.name] = valuesOf(pools, `${type.name}.${field.name}`, field.type);
    const requiredKeys = fields.filter(isRequiredInputField).map((field) => field.name);
    return fc.record(values, { requiredKeys, noNullPrototype: true });
  }
  const scalar = pools[type.name] ?? SCALARS[type.name];
  if (scalar) return scalar;
  throw new Error(`There are no values for \`${name}\`: add a pool for it or for its type \`${type.name}\`.`);
}

const SCALARS: ArgumentPools = {
  Boolean: fc.boolean(),
  Int: fc.constantFrom(1, 2, 0, -1, 100, 2_147_483_647),
  Float: fc.constantFrom(0, 0.5, -1),
  DateTime: fc.constantFrom('2026-01-12T09:15:42Z', '2025-12-01T00:00:00+01:00', '2026-01-12', ''),
  String: fc.constantFrom('', 'a', 'Default', 'ü', 'no such thing'),
};
