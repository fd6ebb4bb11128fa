import { compare } from '../../values/compare.ts';
import {
  DecodeError,
  key,
  type LeftOut,
  onlyKnown,
  optionalDecimal,
  optionalInteger,
  optionalNumber,
  optionalText,
  uuid,
  type Wire,
  wire,
} from '../client/decode.ts';
import { elementsOf, type PlatformList, readEach } from '../client/lists.ts';

/** Makes a figure of the answer to one call. */
export type Decoder<Value> = (body: unknown, leftOut: LeftOut) => Value;

type Reader<Value = unknown> = (from: Wire, member: string) => Value;

/** Members of a record: the platform's name of each, and how it is read. */
type Shape = Readonly<Record<string, readonly [member: string, read: Reader]>>;
type RecordOf<Of extends Shape> = { readonly [Name in keyof Of]: ReturnType<Of[Name][1]> };

export const DAY = { day: ['date', dayOf] } satisfies Shape;
export const AGENT = { agent: ['agentName', key] } satisfies Shape;
export const PROJECT = { projectId: ['projectId', uuid] } satisfies Shape;
/** Null for requests of nobody that is known (platform-api.md 2.10). */
export const USER = { userId: ['userId', optionalText], userName: ['userName', optionalText] } satisfies Shape;
export const COST = { cost: ['totalCost', optionalDecimal] } satisfies Shape;
export const REQUESTS = { requests: ['totalRequests', optionalInteger] } satisfies Shape;
export const FAILURES = { failures: ['totalRequestsWithError', optionalInteger] } satisfies Shape;
export const TOKENS = {
  input: ['inputTokens', optionalNumber],
  output: ['outputTokens', optionalNumber],
  total: ['totalTokens', optionalNumber],
} satisfies Shape;
export const USAGE = { ...COST, ...REQUESTS, tokens: ['totalTokens', optionalNumber] } satisfies Shape;

/** Numbers of things that were created and modified. */
export function changesOf(things: string) {
  return {
    created: [`created${things}`, optionalInteger],
    modified: [`modified${things}`, optionalInteger],
  } satisfies Shape;
}

/** A figure that is one number. */
export function one<Value>(member: string, read: Reader<Value>): Decoder<Value> {
  const decode = record({ value: [member, read] });
  return (body, leftOut) => decode(body, leftOut).value as Value;
}

/** Figure of several numbers. If none is there, any other member may be the reason, and makes it an error. */
export function record<const Of extends Shape>(shape: Of): Decoder<RecordOf<Of>> {
  const members = Object.values(shape).map(([member]) => member);
  return (body) => {
    const from = wire(body, 'the figure');
    if (members.every((member) => from[member] === undefined)) onlyKnown(from, 'the figure', members);
    return rowOf(shape, from);
  };
}

/** A figure of each day, the earliest first. A series with a gap is no series: a day that cannot be read fails it. */
export function perDay<const Of extends Shape>(list: string, shape: Of): Decoder<RecordOf<Of & typeof DAY>[]> {
  const decode = series(list, { ...DAY, ...shape });
  return (body, leftOut) => decode(body, leftOut).sort((a, b) => compare(String(a.day), String(b.day)));
}

/** The same few in the platform's order. */
export function series<const Of extends Shape>(list: string, shape: Of): Decoder<RecordOf<Of>[]> {
  return (body) => rowsOf(body, list).map((row) => rowOf(shape, wire(row, 'the row')));
}

/** A list of any length. A row that cannot be read is left out and counted. */
export function rows<const Of extends Shape>(list: string, shape: Of): Decoder<PlatformList<RecordOf<Of>>> {
  return (body, leftOut) => readEach(rowsOf(body, list), 'row', (row) => rowOf(shape, row), leftOut);
}

function rowsOf(body: unknown, list: string): readonly unknown[] {
  return elementsOf(wire(body, 'the figure'), { element: 'row', keys: [list] });
}

function rowOf<Of extends Shape>(shape: Of, from: Wire): RecordOf<Of> {
  const row: Record<string, unknown> = {};
  for (const [name, [member, read]] of Object.entries(shape)) row[name] = read(from, member);
  return row as RecordOf<Of>;
}

/** A day, also where its midnight is added. */
function dayOf(from: Wire, member: string): string {
  const [day] = /^\d{4}-\d\d-\d\d/.exec(key(from, member)) ?? [];
  if (day !== undefined) return day;
  throw new DecodeError(`${member} is not a day`);
}
