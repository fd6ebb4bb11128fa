import type { GraphQLError } from 'graphql';
import { badUserInput } from '../../errors.ts';
import type { PlacedList } from './placedList.ts';

/** Position of an item in an ordered list: what it is ordered by, and its place among equals. */
export type Position = readonly [key: string, tie: string, ordinal: number];

/** Cursor of an item of the list that is so named. */
export function writeCursor(list: string, position: Position): string {
  return encoded([list, ...position]);
}

/** Reads what `writeCursor` wrote. Throws `BAD_USER_INPUT`. */
export function readCursor(list: string, cursor: string): Position {
  const [name, ...position] = decoded(cursor);
  if (name === list && isPosition(position)) return position;
  throw strangeCursor();
}

/** Cursor of an item that stands inside an item of a list, in an order of its own. */
export function writeInnerCursor(list: string, outer: Position, inner: Position): string {
  return encoded([list, outer, inner]);
}

/** Reads what `writeInnerCursor` wrote; null for another cursor. */
export function readInnerCursor(list: string, cursor: string): readonly [outer: Position, inner: Position] | null {
  const [name, outer, inner] = decoded(cursor);
  return name === list && isPosition(outer) && isPosition(inner) ? [outer, inner] : null;
}

/** A place in a list that the platform keeps and counts from its beginning. */
interface Place {
  readonly place: number;
  /** True if an item of the list was seen before it. */
  readonly follows: boolean;
}

/** Cursor of a place. */
export function writePlace({ name, digest, beginning }: PlacedList, { place, follows }: Place): string {
  const told = beginning === null ? [] : [beginning];
  return encoded([name, digest, place, ...(follows || told.length > 0 ? [Number(follows)] : []), ...told]);
}

/** Reads what `writePlace` wrote. Throws `BAD_USER_INPUT`. A name alone takes the cursors of all lists of that name. */
export function readPlace(list: PlacedList | string, cursor: string): Place & { readonly beginning: string | null } {
  const [name, digest, place, follows = 0, beginning = null, ...rest] = decoded(cursor);
  const isTold = beginning === null || typeof beginning === 'string';
  const isPlaced = isPlace(place) && (follows === 1 || follows === 0) && rest.length === 0;
  if (name !== (typeof list === 'string' ? list : list.name) || !isPlaced || !isTold) throw strangeCursor();
  if (typeof list !== 'string' && digest !== list.digest) throw cursorOfAnother();
  return { place, follows: follows === 1, beginning };
}

function encoded(content: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

/** Nothing for what is no cursor of ours. */
function decoded(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isPosition(value: unknown): value is Position {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [key, tie, ordinal] = value;
  return typeof key === 'string' && typeof tie === 'string' && isPlace(ordinal);
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function strangeCursor(): GraphQLError {
  return badUserInput(
    '`after` is not a cursor of this list in this order. Use the `pageInfo.endCursor` of the page before.',
  );
}

function cursorOfAnother(): GraphQLError {
  return badUserInput(
    '`after` is not a cursor of this list with these arguments. Keep all of them but `first` from page to page, or leave out `after`.',
  );
}
