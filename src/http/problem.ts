import type { ErrorCode } from '../values/errorCodes.ts';

/** A failure outside GraphQL, in the form that GraphQL clients know. */
export interface Problem {
  readonly errors: readonly [
    {
      readonly message: string;
      readonly extensions: { readonly code: ErrorCode; readonly retryable: false; readonly requestId: string };
    },
  ];
}

/** `status` decides whose fault it was. Nothing of the request may be in `message`. */
export function problem(requestId: string, message: string, status: number): Problem {
  const code = status >= 500 ? 'INTERNAL_SERVER_ERROR' : status === 403 ? 'FORBIDDEN' : 'BAD_REQUEST';
  return { errors: [{ message, extensions: { code, retryable: false, requestId } }] };
}
