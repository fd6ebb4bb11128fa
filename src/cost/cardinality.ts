import { GraphQLError, type GraphQLOutputType, getNullableType, isListType } from 'graphql';
import { MAX_PAGE_SIZE } from '../limits/limits.ts';
import type { ParentScope, SelectedField } from './parentScope.ts';

/** Number of objects of one type at one place of the answer, and of a page of them, at most. */
export interface Cardinality {
  readonly objects: number;
  /** `first` of the connection that the objects are; null when they are none. */
  readonly pageSize: number | null;
}

export const ONE: Cardinality = { objects: 1, pageSize: null };

/** References in a variable that other fields are given too: the answer would grow faster than what is sent. */
const MAX_REPEATED_REFERENCES = 1_000;

/**
 * Counts the objects that an answer may hold: the schema is cyclic, so a short query can select any number. Throws at
 * the first too many, so a plan takes no longer than the largest allowed answer.
 */
export class ObjectCount {
  readonly #most: number;
  readonly #references = new Set<unknown>();
  #objects = 0;
  #repeated = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get objects(): number {
    return this.#objects;
  }

  add(objects: number): void {
    this.#objects += objects;
    if (this.#objects > this.#most) throw tooLarge(this.#objects, this.#most);
  }

  /** Counts the references that a field is given; one that is not a list stands alone. Answers how many they are. */
  addReferences(given: unknown): number {
    const references = Array.isArray(given) ? given.length : 1;
    this.add(references);
    if (this.#references.has(given)) this.#repeated += references;
    this.#references.add(given);
    if (this.#repeated > MAX_REPEATED_REFERENCES) throw tooOften(this.#repeated);
    return references;
  }
}

function tooOften(references: number): GraphQLError {
  return new GraphQLError(
    `The operation repeats ${references} references in several fields; ${MAX_REPEATED_REFERENCES} at most. Request them in one field.`,
    { extensions: { code: 'TOO_MANY_OBJECTS', http: { status: 400 } } },
  );
}

function tooLarge(objects: number, most: number): GraphQLError {
  return new GraphQLError(
    `The answer may hold ${objects} objects or more; ${most} at most. Request less at a time, such as a smaller \`first\`.`,
    { extensions: { code: 'TOO_MANY_OBJECTS', http: { status: 400 } } },
  );
}

/** Number of objects of a field below so many parents, at most. */
export function cardinalityOf(
  field: SelectedField,
  type: GraphQLOutputType,
  scope: ParentScope,
  next: ParentScope,
  { objects, pageSize }: Cardinality,
): Cardinality {
  if (pageSize !== null && isListType(getNullableType(type))) return { objects: objects * pageSize, pageSize: null };
  const first = field.args()?.first;
  if (typeof first === 'number') return { objects, pageSize: Math.min(Math.max(first, 0), MAX_PAGE_SIZE) };
  // Lists of what the caller presented. Other lists hang on one object, and no circle goes through them.
  const grows = isListType(getNullableType(type)) ? Math.max(1, next.count / Math.max(1, scope.count)) : 1;
  return { objects: objects * grows, pageSize: null };
}
