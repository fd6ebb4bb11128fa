/** Items that one page of a connection holds, at most. */
export const MAX_PAGE_SIZE = 100;

/** Bounds of a document, checked before execution. */
export interface QueryLimits {
  /** Levels of fields below each other. */
  readonly depth: number;
  /** Words, names, values and signs of the document. */
  readonly tokens: number;
  /** Lines of the text. */
  readonly lines: number;
  /** Characters of a name: an error repeats all of those on the way to it. */
  readonly nameLength: number;
  /** Fields under another name. */
  readonly aliases: number;
  /** `@skip`, `@include` and the like. */
  readonly directives: number;
  /** Fields of `Query` or `Mutation`. */
  readonly rootFields: number;
  /** Fields, fragments and values at all levels, with fragments expanded: few bytes can expand to any number. */
  readonly size: number;
  /** `sdl`, `__schema` and `__type`: each returns much, and always the same. */
  readonly schemaReads: number;
  /** Fields of `Mutation`: each logs events and may write. Bulk changes have bounds of their own. */
  readonly mutations: number;
}

/**
 * Default bounds. graphql-js's own introspection query, with all options, is 15 deep and has 184 tokens. Comparisons of
 * fields with one response name are bounded by the tokens, and by graphql-js itself.
 */
export const DEFAULT_LIMITS: QueryLimits = {
  depth: 16,
  tokens: 4_000,
  lines: 4_000,
  nameLength: 256,
  aliases: 500,
  directives: 200,
  rootFields: 200,
  size: 10_000,
  schemaReads: 10,
  mutations: 10,
};
