/** How big a document may be, counted before anything is executed. */
export interface QueryLimits {
  /** Levels of fields below each other. */
  readonly depth: number;
  /** Words, names, values and signs of the document. */
  readonly tokens: number;
  /** Fields under another name. */
  readonly aliases: number;
  /** `@skip`, `@include` and the like. */
  readonly directives: number;
  /** Fields of `Query` or `Mutation`. */
  readonly rootFields: number;
  /** Fields at all levels, those of a fragment wherever it is spread: a short document can expand to any number. */
  readonly fields: number;
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
  aliases: 500,
  directives: 200,
  rootFields: 200,
  fields: 10_000,
  mutations: 10,
};
