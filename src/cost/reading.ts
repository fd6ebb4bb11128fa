import type { GraphQLObjectType } from 'graphql';
import type { Cost } from './parentScope.ts';

/** Scope of a platform token. */
export type TokenScope = 'ORGANIZATION' | 'PROJECT';

/**
 * What a field reads beside the record of its parent. Declared with its resolver and carried by the schema: the cost plan, the
 * links between types and `viewer.missing` ask it, and there is no second table of fields.
 */
export interface Reading {
  /** Bound on its calls, and what stands below it. Absent: no call, and its children stand where its parent does. */
  readonly cost?: Cost;
  /** Scope of the token that it takes. Absent: any that the parent took. */
  readonly takes?: TokenScope;
  /** Part of the parent that must be known for it: see `Part`. */
  readonly part?: Part;
}

/**
 * How much of an object must be read for a field: its key, its record as lists tell it (the default), the revisions that only
 * deep lists tell, or the details that only a look-up by id tells.
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
