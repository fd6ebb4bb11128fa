import type { Reading } from '../cost/reading.ts';
import type { Start } from './earlyStart.ts';

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** Set where the key of the parent is all that the read takes. */
    readonly start?: Start;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: stands for every function type.
export type AnyFunction = (...args: any[]) => unknown;

/** A field as the schema takes it: the resolver, and what it reads. Made by a word such as `free`, `reads` or `pages`. */
export interface Field<Resolve extends AnyFunction = AnyFunction> {
  readonly resolve: Resolve;
  readonly extensions: { readonly reading: Reading; readonly start?: Start };
}

/** A member of the parent, about which something is declared. */
type Member = Pick<Field, 'extensions'>;

/** Declares a member of the parent that is part of its key. */
export const keyMember: Member = { extensions: { reading: { part: 'key' } } };

/** Declares a resolver that makes no call of its own. */
export function free<Resolve extends AnyFunction>(resolve: Resolve): Field<Resolve> {
  return declared({}, resolve);
}

/** Declares a resolver together with what it reads. */
export function declared<Resolve extends AnyFunction>(
  reading: Reading,
  resolve: Resolve,
  start?: Start,
): Field<Resolve> {
  return { resolve, extensions: { reading, ...(start ? { start } : {}) } };
}

/**
 * Fields of a type, complete and declared. A field without a resolver is a compile error, unless its parent has a fitting
 * member of that name. So is a resolver without a declaration of its reads.
 */
export type Complete<Resolvers, Parent> = {
  readonly [Name in Exclude<keyof Resolvers, MatchingMembers<Resolvers, Parent> | Hooks>]-?: FieldOf<Resolvers[Name]>;
} & { readonly [Name in Exclude<MatchingMembers<Resolvers, Parent>, Hooks>]?: FieldOf<Resolvers[Name]> | Member };

/** Fields of a root type, declared. */
export type Fields<Resolvers> = { readonly [Name in keyof Resolvers]-?: FieldOf<Resolvers[Name]> };

type Hooks = '__resolveReference' | '__isTypeOf' | '__resolveType';

type FieldOf<Resolver> = Field<Extract<Resolver, AnyFunction>>;

type MatchingMembers<Resolvers, Parent> = {
  [Name in keyof Resolvers]-?: Name extends keyof Parent
    ? Parent[Name] extends ResultOf<Resolvers[Name]>
      ? Name
      : never
    : never;
}[keyof Resolvers];

/** Result of a resolver of the field. */
type ResultOf<Resolver> = ReturnType<Extract<Resolver, (...args: never[]) => unknown>>;
