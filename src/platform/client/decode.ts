import { Decimal } from '../../values/decimal.ts';
import { readUtcInstant } from '../../values/instant.ts';
import { isJsonObject } from '../../values/json.ts';
import { asUuid, NIL_UUID } from '../../values/uuid.ts';
import { isSilent } from './envelope.ts';

/** An answer of the platform that does not have the shape it should have. Says which member, never its value. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** Says of each element that was left out why, in our own words and without its value. */
export type LeftOut = string[];

/** A JSON object whose members have not been looked at yet. */
export type Wire = Readonly<Record<string, unknown>>;

export function wire(value: unknown, what: string): Wire {
  if (isJsonObject(value)) return value;
  throw new DecodeError(`${what} is not an object`);
}

/** Throws if a body holds a member that is not known, since that may explain a missing one. */
export function onlyKnown(body: Wire, what: string, known: readonly string[]): void {
  for (const [member, value] of Object.entries(body)) {
    // Not named: names of the platform's members are the platform's text.
    if (!known.includes(member) && !isSilent(member, value)) throw new DecodeError(`${what} is left out`);
  }
}

/** Members in which an answer may say in words that nothing was done. */
const WORDS = ['message', 'messages'] as const;

/**
 * Reads an answer to a write of which nothing is stated: nothing, messages or any object. Throws when a bare text may say that it is
 * not done. Reported failures were found before.
 */
export function readUnstated(body: unknown): void {
  if (body === undefined || body === null) return;
  if (Array.isArray(body)) {
    for (const message of body) wire(message, 'a message');
    return;
  }
  const answer = wire(body, 'the confirmation');
  const isSaid = WORDS.some((member) => Object.hasOwn(answer, member) && !isSilent(member, answer[member]));
  if (isSaid) throw new DecodeError('the confirmation is told in words');
}

/** The items of a list inside a record. GeneXus services leave out empty members, so an absent list is an empty one (platform-api.md 4). */
export function items(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new DecodeError(`${what} is not a list`);
}

/** A member without which the record means nothing. */
export function key(from: Wire, member: string): string {
  const value = from[member];
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new DecodeError(`${member} is missing`);
}

/** A UUID, lower-case. */
export function uuid(from: Wire, member: string): string {
  const value = asUuid(key(from, member));
  if (value !== null) return value;
  throw new DecodeError(`${member} is not a UUID`);
}

/** A UUID, or null when it is absent, empty or nil: three ways in which the platform may say "none" (platform-api.md 2.5). */
export function optionalUuid(from: Wire, member: string): string | null {
  const value = from[member];
  if (value === undefined || value === null || value === '' || value === NIL_UUID) return null;
  return uuid(from, member);
}

/** Text, `""` when absent. */
export function text(from: Wire, member: string): string {
  return optionalText(from, member) ?? '';
}

/** Text, or null when absent or empty. */
export function optionalText(from: Wire, member: string): string | null {
  const value = from[member];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new DecodeError(`${member} is not text`);
}

export function optionalBoolean(from: Wire, member: string): boolean | null {
  const value = from[member];
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value;
  throw new DecodeError(`${member} is not a boolean`);
}

/** The first integer that GraphQL cannot show. */
const TOO_LARGE = 2 ** 31;

/** An integer that GraphQL can show, which the platform sometimes prints as text. */
export function integer(from: Wire, member: string): number {
  const number = optionalCode(from, member);
  if (number !== null && number >= -TOO_LARGE && number < TOO_LARGE) return number;
  throw new DecodeError(number === null ? `${member} is missing` : `${member} is not an integer`);
}

/** The same, or null when absent. */
export function optionalInteger(from: Wire, member: string): number | null {
  const value = from[member];
  return value === undefined || value === null || value === '' ? null : integer(from, member);
}

/** A number that stands for something, as a status. NaN for what is no integer: a code that nobody knows. Null when absent. */
export function optionalCode(from: Wire, member: string): number | null {
  const value = from[member];
  if (value === undefined || value === null || value === '') return null;
  const number = numberOf(value);
  return Number.isSafeInteger(number) ? number : Number.NaN;
}

/** A number, which the platform sometimes prints as text. Null when absent. */
export function optionalNumber(from: Wire, member: string): number | null {
  const value = from[member];
  if (value === undefined || value === null || value === '') return null;
  const number = numberOf(value);
  if (Number.isFinite(number)) return number;
  throw new DecodeError(`${member} is not a number`);
}

/** NaN for what is none. */
function numberOf(value: unknown): number {
  if (typeof value === 'string') return value.trim() === '' ? Number.NaN : Number(value);
  return typeof value === 'number' ? value : Number.NaN;
}

/** A number as it was printed: money must not go through binary arithmetic (platform-api.md 4). Null when absent. */
export function optionalDecimal(from: Wire, member: string): Decimal | null {
  const value = from[member];
  if (value === undefined || value === null || value === '') return null;
  const isNumeric = typeof value === 'number' || typeof value === 'string';
  // The shortest text that reads as the same number is the one that was sent, up to 15 digits.
  const decimal = isNumeric ? Decimal.parse(String(value)) : null;
  if (decimal) return decimal;
  throw new DecodeError(`${member} is not a number`);
}

/** Usual format of the platform, of a day that every month has: takes no calendar to read. */
const PLAIN_TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}\.\d{3}$/;

/** Stands for "none" in the databases of GeneXus. */
const EMPTY_YEAR = '0001-';

/**
 * An instant as ISO 8601 in UTC, or null when absent or unreadable: an odd time is no reason to lose the record. The platform
 * usually prints no zone; UTC is assumed (platform-api.md 4, `[unverified]`).
 */
export function optionalTime(from: Wire, member: string): string | null {
  const value = optionalText(from, member);
  if (value === null || value.startsWith(EMPTY_YEAR)) return null;
  if (PLAIN_TIME.test(value)) return `${value}Z`;
  const instant = readUtcInstant(value);
  return instant === null ? null : new Date(instant).toISOString();
}
