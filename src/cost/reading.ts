import type { GraphQLObjectType } from 'graphql';
import type { Permission } from '../access/permissions.ts';
import type { Cost } from './parentScope.ts';

export type TokenScope = 'ORGANIZATION' | 'PROJECT';

/** Token that a field takes: one of a scope, or that of a system administrator. */
export type TakenToken = TokenScope | 'ADMINISTRATOR';

/**
 * Reads of a field beside the record of its parent. Declared with its resolver and carried by the schema. The cost
 * plan, the links between types and `viewer.missing` ask it: there is no second table of fields.
 */
export interface Reading {
  /** Bound on its calls, and what stands below it. Absent: no call, and its children stand where its parent does. */
  readonly cost?: Cost;
  /** Token that it takes. Absent: any that the parent took. */
  readonly takes?: TakenToken | undefined;
  /** Permission that the caller must have. Absent: that of reading. Null: none. */
  readonly permission?: Permission | null;
  /** Part of the parent that must be known for it: see `Part`. */
  readonly part?: Part;
}

/**
 * Part of an object that a field needs: its key, or its record as in lists (the default). `revisions` are only in deep
 * lists, `details` only in a look-up by id.
 */
export type Part = 'key' | 'record' | 'revisions' | 'details';

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    readonly reading?: Reading;
  }
}

/** The parts of an object that these fields of its type read, its key aside. */
export function partsOf(type: GraphQLObjectType, names: Iterable<string>): ReadonlySet<Part> {
  const fields = type.getFields();
  const parts = new Set<Part>();
  for (const name of names) if (name !== '__typename') parts.add(fields[name]?.extensions.reading?.part ?? 'record');
  parts.delete('key');
  return parts;
}
