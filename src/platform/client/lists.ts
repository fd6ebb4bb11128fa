import { type Restriction, seesProject } from '../../access/visibility.ts';
import type { Soon } from '../../values/soon.ts';
import type { Credential } from './credential.ts';
import { DecodeError, type LeftOut, onlyKnown, type Wire, wire } from './decode.ts';
import { atOnce, type Decode, inSteps, type Steps } from './decoder.ts';
import type { Endpoint } from './endpoint.ts';
import { PlatformError } from './errors.ts';
import type { Pacer } from './pacer.ts';

/** Elements of a list that could be read. */
export interface PlatformList<T> {
  readonly records: readonly T[];
  /** Number of elements that could not be read, and were left out. */
  readonly unreadableCount: number;
}

/** Null, for what is not in a list. Throws when it may be an element that could not be read: then nobody knows. */
export function absentFrom({ unreadableCount }: PlatformList<unknown>, endpoint: Endpoint): null {
  if (unreadableCount > 0) throw new PlatformError('BAD_RESPONSE', endpoint);
  return null;
}

/**
 * Projects as the platform lists them to an organization: some may not exist for the caller. `seenBy` makes a list of them.
 */
interface WholeList<T> {
  readonly all: readonly T[];
  /** Ids of the elements that could not be read; null where that could not be read either. */
  readonly unreadable: readonly (string | null)[];
}

/** Part of a list that a caller sees. An element of an unknown id is counted for those who see every project. */
export function seenBy<T>(
  restriction: Restriction,
  { all, unreadable }: WholeList<T>,
  idOf: (element: T) => string,
): PlatformList<T> {
  if (restriction.projects === null) return { records: all, unreadableCount: unreadable.length };
  const unread = unreadable.filter((id) => id !== null && seesProject(restriction, id));
  return { records: all.filter((element) => seesProject(restriction, idOf(element))), unreadableCount: unread.length };
}

/** Elements of a list that takes a while to work through. */
const LONG = 500;

/** A value that was read; a long list once there is a turn to work through it. */
export function inTurn<T>(value: T, turns: Pacer): Soon<T> {
  const turn = isLong(value) ? turns.resume() : null;
  return turn ? turn.then(() => value) : value;
}

function isLong(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { records, all } = value as Partial<PlatformList<unknown> & WholeList<unknown>>;
  return (records ?? all ?? []).length >= LONG;
}

/** Form of the answer with a list. */
export interface ListShape {
  /** Name of an element in messages. */
  readonly element: string;
  /** Members under which installations put the list. */
  readonly keys: readonly string[];
  /** Members that may stand beside it. */
  readonly beside?: readonly string[];
}

/** Elements that are read in one stretch: about a millisecond. */
export const LIST_STRETCH = 2_000;

type ReadElement<T> = (element: Wire, credential: Credential, leftOut: LeftOut) => T;

/** Declares the reading of a list. An element that cannot be read is left out and does not keep the others from being read. */
export function list<T>(shape: ListShape, read: ReadElement<T>): Decode<PlatformList<T>> {
  return inSteps(function* (body, leftOut, credential) {
    const elements = elementsOf(wire(body, `${shape.element} list`), shape);
    return yield* each(elements, shape.element, (from) => read(from, credential, leftOut), leftOut);
  });
}

/** Same as `list`, of projects. `idIn` reads the id alone, and throws if it cannot. */
export function wholeList<T>(
  shape: ListShape,
  idIn: (element: Wire) => string,
  read: ReadElement<T>,
): Decode<WholeList<T>> {
  return inSteps(function* (body, leftOut, credential) {
    const all: T[] = [];
    const unreadable: (string | null)[] = [];
    const elements = elementsOf(wire(body, `${shape.element} list`), shape);
    for (let index = 0; index < elements.length; index += 1) {
      if (index > 0 && index % LIST_STRETCH === 0) yield;
      const element = elements[index];
      const record = readOne(element, shape.element, (from) => read(from, credential, leftOut), leftOut);
      if (record !== null) all.push(record);
      else unreadable.push(readOne(element, shape.element, idIn, []));
    }
    return { all, unreadable };
  });
}

/** Reads elements that were found already. */
export function readEach<T>(
  elements: readonly unknown[],
  name: string,
  read: (element: Wire) => T,
  leftOut: LeftOut,
): PlatformList<T> {
  return atOnce(each(elements, name, read, leftOut));
}

function* each<T>(
  elements: readonly unknown[],
  name: string,
  read: (element: Wire) => T,
  leftOut: LeftOut,
): Steps<PlatformList<T>> {
  const records: T[] = [];
  for (let index = 0; index < elements.length; index += 1) {
    if (index > 0 && index % LIST_STRETCH === 0) yield;
    const record = readOne(elements[index], name, read, leftOut);
    if (record !== null) records.push(record);
  }
  return { records, unreadableCount: elements.length - records.length };
}

/** One element; null when it cannot be read. */
export function readOne<T>(element: unknown, name: string, read: (element: Wire) => T, leftOut: LeftOut): T | null {
  try {
    return read(wire(element, name));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    leftOut.push(error.message);
    return null;
  }
}

/**
 * Elements as they came. GeneXus services leave out empty members, so that an absent list is an empty one (platform-api.md
 * 4). Members beside it that may explain the absence make it an error.
 */
export function elementsOf(body: Wire, { element, keys, beside = [] }: ListShape): readonly unknown[] {
  const lists = keys.flatMap((name) => (body[name] === undefined || body[name] === null ? [] : [body[name]]));
  // Of several spellings, one may be empty.
  const list = lists.find((value) => !(Array.isArray(value) && value.length === 0)) ?? lists[0];
  if (Array.isArray(list)) return list;
  if (list !== undefined) throw new DecodeError(`the ${element} list is not a list`);
  onlyKnown(body, `the ${element} list`, [...keys, ...beside]);
  return [];
}
