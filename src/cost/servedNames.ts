import type { GraphQLSchema } from 'graphql';

/** Name under which a type or a root field of the contract is served. */
export type ServedName = (declared: string) => string;

declare module 'graphql' {
  interface GraphQLSchemaExtensions {
    /** Absent: types are served under the names of the contract. */
    readonly servedType?: ServedName;
    /** Puts the served names in a text that quotes names of the contract. Absent: the names are the same. */
    readonly servedText?: (text: string) => string;
  }
}

/** Name under which a schema serves a type of the contract. */
export function servedType({ extensions }: GraphQLSchema, declared: string): string {
  return extensions.servedType ? extensions.servedType(declared) : declared;
}
