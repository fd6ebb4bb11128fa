import type { ErrorCode } from '../values/errorCodes.ts';

/** A failure outside GraphQL, in the form that GraphQL clients know. */
interface ErrorBody {
  readonly errors: readonly [
    {
      readonly message: string;
      readonly extensions: { readonly code: ErrorCode; readonly retryable: boolean; readonly requestId: string };
    },
  ];
}

function codeOf(status: number): ErrorCode {
  if (status === 503) return 'OVERLOADED';
  if (status >= 500) return 'INTERNAL_SERVER_ERROR';
  return status === 403 ? 'FORBIDDEN' : 'BAD_REQUEST';
}

/** `status` decides whose fault it was. Nothing of the request may be in `message`. */
export function errorBody(requestId: string, message: string, status: number): ErrorBody {
  const code = codeOf(status);
  return { errors: [{ message, extensions: { code, retryable: status === 503, requestId } }] };
}
