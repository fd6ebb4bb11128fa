import type { Credential } from './credential.ts';
import { DecodeError, type LeftOut } from './decode.ts';
import { atOnce, inTurns, type Steps } from './decoder.ts';
import type { Endpoint } from './endpoint.ts';
import { reportedFailure } from './envelope.ts';
import { kindOfAnswer, PlatformError } from './errors.ts';
import { parseLong } from './longJson.ts';
import { retryAfterSeconds } from './retry.ts';
import type { Answer, TransportError } from './transport.ts';

export interface DecodedAnswer<T> {
  readonly value: T;
  /** About its size. */
  readonly bytes: number;
  readonly leftOut: LeftOut;
}

/** Decoded value of an answer, or the failure that it is. */
export function readAnswer<T>(
  endpoint: Endpoint<never, never, T>,
  answer: Answer,
  credential: Credential,
): DecodedAnswer<T> | PlatformError {
  const body = parseJson(answer.body, endpoint.hasAmounts);
  return atOnce(decoded(endpoint, answer, body, credential));
}

/** Characters of an answer that takes milliseconds to read. */
const LONG = 256 * 1024;

export function isLong({ body }: Answer): boolean {
  return body.length > LONG;
}

/** Same as `readAnswer`, in stretches with other work in between. */
export async function readLongAnswer<T>(
  endpoint: Endpoint<never, never, T>,
  answer: Answer,
  credential: Credential,
  turns: { next(): Promise<void> },
): Promise<DecodedAnswer<T> | PlatformError> {
  await turns.next();
  const body = await parseLong(answer.body, (text) => parseJson(text, endpoint.hasAmounts), turns);
  await turns.next();
  return inTurns(decoded(endpoint, answer, body, credential), turns);
}

function* decoded<T>(
  endpoint: Endpoint<never, never, T>,
  answer: Answer,
  body: unknown,
  credential: Credential,
): Steps<DecodedAnswer<T> | PlatformError> {
  const failure = failureOf(endpoint, answer, body);
  if (failure) return failure;
  const { decode } = endpoint;
  const leftOut: LeftOut = [];
  try {
    const value = decode.steps ? yield* decode.steps(body, leftOut, credential) : decode(body, leftOut, credential);
    return { value, bytes: answer.body.length, leftOut };
  } catch (error) {
    return unreadable(endpoint, answer, error);
  }
}

/** Failure that an answer tells of. Null if it tells of none. */
function failureOf(endpoint: Endpoint, answer: Answer, body: unknown): PlatformError | null {
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const reported = reportedFailure(body);
  if (!isSuccess || reported) {
    const platformId = reported?.platformId;
    const retryAfter = retryAfterSeconds(answer.headers['retry-after']);
    const origin = { status: answer.status, platformId, retryAfter };
    return new PlatformError(kindOfAnswer(endpoint, answer.status, platformId), endpoint, origin);
  }
  const isJson = body !== undefined || answer.body.trim() === '';
  return isJson ? null : unreadable(endpoint, answer, new DecodeError('body is not JSON'));
}

/** Failure of an answer that nothing can be made of. */
function unreadable(endpoint: Endpoint, { status }: Answer, cause: unknown): PlatformError {
  if (!(cause instanceof DecodeError)) throw cause;
  return new PlatformError(endpoint.isRead ? 'BAD_RESPONSE' : 'OUTCOME_UNKNOWN', endpoint, { status, cause });
}

/** Undefined when the text is not JSON. Gateways answer in HTML, deletes with nothing (platform-api.md 3.1, F). */
function parseJson(text: string, hasAmounts: boolean): unknown {
  try {
    // The slower way takes six times as long.
    return hasAmounts && losesDigits(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Numbers of more digits than a binary number is sure to hold. */
const LONG_NUMBERS = /\d[\d.]{15,}(?:e[+-]?\d+)?/gi;

/** True if a number in the text has digits that a binary number drops. Most long ones were printed from one. */
function losesDigits(text: string): boolean {
  for (const [number] of text.matchAll(LONG_NUMBERS)) if (String(Number(number)) !== number) return true;
  return false;
}

/** Leaves a number that would lose digits as the text that it came as, which decoders read as well. */
function keepDigits(_member: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  const isShort = source === undefined || source.length <= 15;
  return typeof value !== 'number' || isShort || String(value) === source ? value : source;
}

/** Failure of an exchange without an answer. */
export function transportFailure(endpoint: Endpoint, { reason, wasSent, cause }: TransportError): PlatformError {
  if (!endpoint.isRead && wasSent) return new PlatformError('OUTCOME_UNKNOWN', endpoint, { cause });
  switch (reason) {
    case 'timeout':
      return new PlatformError('TIMEOUT', endpoint, { cause });
    case 'cancelled':
      return new PlatformError('CANCELLED', endpoint, { cause });
    case 'too-large':
      return new PlatformError('BAD_RESPONSE', endpoint, { cause });
    case 'connection':
      return new PlatformError('UNAVAILABLE', endpoint, { cause });
  }
}
