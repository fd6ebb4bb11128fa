import type { PlatformErrorKind } from '../platform/client/errors.ts';
import type { ErrorCode } from '../values/errorCodes.ts';

/** Public part of a failure: never a text, URL or header of the platform. */
export interface PublicError {
  readonly code: ErrorCode;
  readonly message: string;
  /** True if the same request may succeed later. */
  readonly retryable: boolean;
}

/** One line per kind of failure of the platform. */
export const PLATFORM_ERRORS: Record<PlatformErrorKind, PublicError> = {
  UNAUTHENTICATED: {
    code: 'UNAUTHENTICATED',
    message: 'The platform does not accept the credential: it is unknown, blocked, revoked or expired.',
    retryable: false,
  },
  FORBIDDEN: {
    code: 'FORBIDDEN',
    message: 'The platform does not allow this to the credential.',
    retryable: false,
  },
  NOT_FOUND: {
    code: 'BAD_USER_INPUT',
    message: 'The platform knows no such object, or hides it from the credential.',
    retryable: false,
  },
  REJECTED: { code: 'BAD_USER_INPUT', message: 'The platform refuses a value of the request.', retryable: false },
  RATE_LIMITED: {
    code: 'RATE_LIMITED',
    message: 'The platform receives too many requests. Wait before retrying.',
    retryable: true,
  },
  QUOTA_EXCEEDED: {
    code: 'QUOTA_EXCEEDED',
    message: 'A usage limit of the platform is reached.',
    retryable: false,
  },
  TIMEOUT: { code: 'UPSTREAM_TIMEOUT', message: 'The platform took too long to answer.', retryable: true },
  UNAVAILABLE: {
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'The platform is not available at the moment.',
    retryable: true,
  },
  BAD_RESPONSE: {
    code: 'UPSTREAM_BAD_RESPONSE',
    message: 'The answer of the platform cannot be used.',
    retryable: false,
  },
  OUTCOME_UNKNOWN: {
    code: 'OUTCOME_UNKNOWN',
    message:
      'The change was sent, but the answer of the platform was lost: it may or may not have been made. Read the object ' +
      'before retrying.',
    retryable: false,
  },
  // Nobody is left to read it.
  CANCELLED: { code: 'UPSTREAM_UNAVAILABLE', message: 'The request was abandoned.', retryable: true },
};

/** A failure that nobody foresaw. */
export const INTERNAL: PublicError = {
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Internal error. The log has it under the request id.',
  retryable: false,
};
