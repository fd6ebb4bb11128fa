import { DecodeError } from './decode.ts';
import { reportedFailure } from './envelope.ts';
import { kindOfAnswer, PlatformError } from './errors.ts';
import { isRead, type Operation } from './operations.ts';
import { retryAfterSeconds } from './retry.ts';
import type { Answer, TransportError } from './transport.ts';

/** What an answer means: the decoded value and about its bytes, or the failure that it is. */
export function readAnswer<T>(
  operation: Operation,
  answer: Answer,
  decode: (body: unknown) => T,
): { value: T; bytes: number } | PlatformError {
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const body = parseJson(answer.body);
  const reported = reportedFailure(body);
  if (!isSuccess || reported) {
    const platformId = reported?.platformId;
    const retryAfter = retryAfterSeconds(answer.headers['retry-after']);
    const origin = { status: answer.status, platformId, retryAfter };
    return new PlatformError(kindOfAnswer(operation, answer.status, platformId), operation, origin);
  }
  try {
    if (body === undefined && answer.body.trim() !== '') throw new DecodeError('body is not JSON');
    return { value: decode(body), bytes: answer.body.length };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return new PlatformError(isRead(operation) ? 'BAD_RESPONSE' : 'OUTCOME_UNKNOWN', operation, {
      status: answer.status,
      cause: error,
    });
  }
}

/** Undefined when the text is not JSON. Gateways answer in HTML, deletes with nothing (platform-api.md 3.1, F). */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an exchange without an answer means. */
export function transportFailure(operation: Operation, { reason, wasSent, cause }: TransportError): PlatformError {
  if (!isRead(operation) && wasSent) return new PlatformError('OUTCOME_UNKNOWN', operation, { cause });
  switch (reason) {
    case 'timeout':
      return new PlatformError('TIMEOUT', operation, { cause });
    case 'cancelled':
      return new PlatformError('CANCELLED', operation, { cause });
    case 'too-large':
      return new PlatformError('BAD_RESPONSE', operation, { cause });
    case 'connection':
      return new PlatformError('UNAVAILABLE', operation, { cause });
  }
}
