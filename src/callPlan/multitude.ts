import { GraphQLError, type GraphQLOutputType, getNullableType, isListType } from 'graphql';
import { MAX_PAGE_SIZE } from '../pagination.ts';
import type { Place, SelectedField } from './place.ts';

/** How many objects of one type may stand at one place of the answer, and how many a page of them holds. */
export interface Multitude {
  readonly objects: number;
  /** `first` of the connection that the objects are; null when they are none. */
  readonly pageSize: number | null;
}

export const ONE: Multitude = { objects: 1, pageSize: null };

/**
 * Counts the objects that an answer may hold: the schema goes in circles, so that a short query can ask for any number. Throws as soon as
 * there are too many, so that a plan takes no longer than the largest answer that is allowed.
 */
export class ObjectCount {
  readonly #most: number;
  #objects = 0;

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
}

function tooLarge(objects: number, most: number): GraphQLError {
  return new GraphQLError(
    `The answer may hold ${objects} objects, if not more; ${most} at most. Ask for less at a time, such as a smaller \`first\`.`,
    { extensions: { code: 'TOO_MANY_OBJECTS', http: { status: 400 } } },
  );
}

/** How many of the objects that a field gives may stand below so many parents. */
export function multitudeOf(
  field: SelectedField,
  type: GraphQLOutputType,
  place: Place,
  next: Place,
  { objects, pageSize }: Multitude,
): Multitude {
  if (pageSize !== null && isListType(getNullableType(type))) return { objects: objects * pageSize, pageSize: null };
  const first = field.args()?.first;
  if (typeof first === 'number') return { objects, pageSize: Math.min(Math.max(first, 0), MAX_PAGE_SIZE) };
  // Lists of what the caller presented. Other lists hang on one object, and no circle goes through them.
  const grows = isListType(getNullableType(type)) ? Math.max(1, next.count / Math.max(1, place.count)) : 1;
  return { objects: objects * grows, pageSize: null };
}

/** How many references a field takes; one that is not a list stands alone. */
export function referenceCount(field: SelectedField): number {
  const representations = field.args()?.representations;
  return Array.isArray(representations) ? representations.length : 1;
}
