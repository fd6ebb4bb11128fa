/** Items that one page of a connection holds, at most. */
export const MAX_PAGE_SIZE = 100;

/** How big a document may be, counted before anything is executed. */
export interface QueryLimits {
  /** Levels of fields below each other. */
  readonly depth: number;
  /** Words, names, values and signs of the document. */
  readonly tokens: number;
  /** Lines of the text: an error tells its line by counting from the first. */
  readonly lines: number;
  /** Characters of a name: an error repeats all of those on the way to it. */
  readonly nameLength: number;
  /** Fields under another name. */
  readonly aliases: number;
  /** `@skip`, `@include` and the like. */
  readonly directives: number;
  /** Fields of `Query` or `Mutation`. */
  readonly rootFields: number;
  /** Fields, fragments and values at all levels, those of a fragment wherever it is spread: few bytes can expand to any number. */
  readonly size: number;
  /** `sdl`, `__schema` and `__type`: each tells much, and always the same. */
  readonly schemaReads: number;
  /** Fields of `Mutation`: each of them leaves events and may write. What changes many things at once has bounds of its own. */
  readonly mutations: number;
}

/**
 * What a document may have unless the configuration says otherwise. graphql-js's own query for introspection, with all its
 * options, is 15 deep and has 184 tokens. What is compared with everything of the same name, when fields are merged, is bounded
 * by the tokens and, within that, by graphql-js itself.
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
