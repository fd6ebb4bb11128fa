import { codeOf, messageOf } from '../../errors.ts';
import { UNEXPECTED_STATUS } from '../../mutations/userErrors.ts';
import { PlatformError } from '../../platform/client/errors.ts';
import type { ApiTokenRecord } from '../../platform/resources/apiTokens.ts';
import { missingCode } from '../listedToken.ts';

const MESSAGES = {
  TOKEN_NOT_FOUND: 'The project has no such token.',
  TOKEN_REVOKED: 'The token is revoked for good.',
  WOULD_LOCK_OUT: 'This request or this server uses the token, and would lock itself out. Use another credential.',
  TOKEN_VALUE_MASKED: "The platform masks the token's value, so it cannot be addressed. Use the platform's console.",
  UNKNOWN_STATUS: 'The platform shows a status that this version does not know; only a blocked token is unblocked.',
  PROJECT_NOT_FOUND: 'The project does not exist, or the credentials do not open it.',
  REJECTED: 'The platform refuses the change.',
  OUTCOME_UNKNOWN:
    'The change was sent, but its answer was lost, and the platform does not list it. Run the plan again.',
  NOT_ATTEMPTED: 'No time was left in this request. Run the plan again to continue.',
} as const;

/** Codes that problems share with errors. */
const PUBLIC_CODES = [
  'CREDENTIAL_REQUIRED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'QUOTA_EXCEEDED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_RESPONSE',
] as const;

type ProblemCode = keyof typeof MESSAGES | (typeof PUBLIC_CODES)[number] | 'INTERNAL_SERVER_ERROR';

/** Reason why a token is not as wanted, or a project could not be read. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
}

export function problem(code: keyof typeof MESSAGES): Problem {
  return { code, message: MESSAGES[code] };
}

/** Returns the reason why a project could not be read. */
export function problemOfReading(thrown: unknown): Problem {
  if (thrown instanceof PlatformError && thrown.kind === 'NOT_FOUND') return problem('PROJECT_NOT_FOUND');
  return problemOf(thrown);
}

/** Returns the reason why a change was not made, or its outcome is unknown. */
export function problemOfWriting(thrown: unknown, token: ApiTokenRecord): Problem {
  if (!(thrown instanceof PlatformError)) return problemOf(thrown);
  if (thrown.kind === 'OUTCOME_UNKNOWN') return problem('OUTCOME_UNKNOWN');
  if (thrown.kind === 'NOT_FOUND') return problem(missingCode(token));
  if (thrown.origin.platformId === UNEXPECTED_STATUS) return problem('TOKEN_REVOKED');
  return thrown.kind === 'REJECTED' ? problem('REJECTED') : problemOf(thrown);
}

function problemOf(thrown: unknown): Problem {
  const code = PUBLIC_CODES.find((known) => known === codeOf(thrown)) ?? 'INTERNAL_SERVER_ERROR';
  return { code, message: messageOf(thrown) };
}
