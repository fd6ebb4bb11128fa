/**
 * Resolvers of a type, complete: a field without a resolver, whose parent has no member of that name and of a type that the
 * field takes, is a compile error.
 */
export type Complete<Resolvers, Parent> = Resolvers &
  Required<Omit<Resolvers, MatchingMembers<Resolvers, Parent> | '__resolveReference' | '__isTypeOf'>>;

type MatchingMembers<Resolvers, Parent> = {
  [Field in keyof Resolvers]-?: Field extends keyof Parent
    ? Parent[Field] extends ResultOf<Resolvers[Field]>
      ? Field
      : never
    : never;
}[keyof Resolvers];

/** What a resolver of the field may give. */
type ResultOf<Resolver> = ReturnType<Extract<Resolver, (...args: never[]) => unknown>>;
