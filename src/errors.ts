import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { AccessError } from './access/errors.ts';
import { CredentialError } from './credentials/errors.ts';
import { INTERNAL, PLATFORM_ERRORS, type PublicError } from './errors/publicErrors.ts';
import { placesOf } from './limits/lines.ts';
import { givenUp } from './limits/rule.ts';
import { PlatformError } from './platform/client/errors.ts';
import type { ErrorCode } from './values/errorCodes.ts';
import { excerpt } from './values/excerpt.ts';

declare module 'graphql' {
  interface GraphQLErrorExtensions {
    /** A code that is not in the schema's `ErrorCode` does not compile. */
    code?: ErrorCode;
  }
}

const NO_INTROSPECTION = 'Introspection is off on this server. Its operator can turn it on with `INTROSPECTION=true`.';

/** Characters of a message at most. A message may quote a whole request, in each of a hundred errors. */
const MAX_MESSAGE_LENGTH = 1_000;

/** A hash of a secret, such as `identifyApiToken` takes, that got into the wrong place. */
const SHA256 = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi;

/** An error for what the caller mistyped. `message` says what is wrong and what is right. */
export function badUserInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** A refusal of more projects than one field looks through. */
export function tooManyProjects(found: number, most: number): GraphQLError {
  return new GraphQLError(
    `The organization has ${found} projects; this field reads ${most} at most. Name fewer with \`projectIds\`.`,
    { extensions: { code: 'TOO_MANY_UPSTREAM_CALLS' } },
  );
}

/** `OUTCOME_UNKNOWN` with what to look at, for writes that know more than the table. */
export function outcomeUnknown(message: string, cause: Error): GraphQLError {
  return new GraphQLError(message, { originalError: cause, extensions: { code: 'OUTCOME_UNKNOWN' } });
}

/** Seconds to wait before a request that was shed is sent again. */
export const RETRY_AFTER_S = 1;

/**
 * Refusal to begin a request: the server has more to do than it can. Made once, since the stack of an error costs as much as the rest of
 * the refusal.
 */
const OVERLOADED = new GraphQLError('The server has too much to do at the moment. Wait before retrying.', {
  extensions: { code: 'OVERLOADED', retryable: true, http: { status: 503 } },
});

export function overloaded(): GraphQLError {
  return OVERLOADED;
}

/** An end of the work for a caller who has left. Nobody reads it. */
export function abandoned(): GraphQLError {
  const { code, message, retryable } = PLATFORM_ERRORS.CANCELLED;
  return new GraphQLError(message, { extensions: { code, retryable } });
}

/** A part of the facade itself that is not available, so that nothing was done. The same request may succeed later. */
export function unavailable(code: 'AUDIT_UNAVAILABLE' | 'STATE_UNAVAILABLE', message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, retryable: true } });
}

/** The code that a caller sees of whatever was thrown. */
export function codeOf(thrown: unknown): ErrorCode {
  const own = thrown instanceof GraphQLError ? thrown.extensions.code : undefined;
  return own ?? (foreseen(thrown) ?? INTERNAL).code;
}

/** The sentence that a caller sees of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return (foreseen(thrown) ?? INTERNAL).message;
}

/** Turns whatever was thrown into what a caller may see. */
export function formatError(made: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  const formatted = withPlaces(made, thrown);
  const error = unwrapResolverError(thrown);
  if (error instanceof PlatformError) return { ...formatted, ...platformError(error) };
  if (isRefusal(error)) return { ...formatted, ...refusal(error) };
  if (error instanceof GraphQLError && !isEnginesOwn(thrown, error)) return mistake(formatted, error);
  return { ...formatted, ...publicError(INTERNAL) };
}

/** Puts in the places of the nodes, which the engine does not find in a document without its text. */
function withPlaces(formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  if (!formatted.locations || !(thrown instanceof GraphQLError) || !thrown.nodes) return formatted;
  return { ...formatted, locations: placesOf(thrown.nodes) };
}

/** True if the failure was not foreseen, so that the log needs its stack. */
export function isUnforeseen(thrown: unknown): boolean {
  const error = unwrapResolverError(thrown);
  if (error instanceof GraphQLError) return isEnginesOwn(thrown, error);
  return !(error instanceof PlatformError || isRefusal(error));
}

/** True if a value does not match its field's type, which the message quotes, or a hook of ours threw. */
function isEnginesOwn(thrown: unknown, { extensions, originalError }: GraphQLError): boolean {
  if (!(thrown instanceof GraphQLError) || extensions.code !== undefined || isOfArgument(thrown)) return false;
  return thrown.path !== undefined || (originalError !== undefined && !(originalError instanceof GraphQLError));
}

/** True if a variable gives null to an argument that takes none. Such an error is of the argument, others are of the field. */
function isOfArgument({ nodes: [node] = [] }: GraphQLError): boolean {
  return node !== undefined && node.kind !== Kind.FIELD;
}

/** Public code and message of a foreseen failure, for answers that give a reason. Null for any other. */
export function foreseen(thrown: unknown): { readonly code: ErrorCode; readonly message: string } | null {
  if (thrown instanceof PlatformError) return PLATFORM_ERRORS[thrown.kind];
  return isRefusal(thrown) ? thrown : null;
}

function publicError({ code, message, retryable }: PublicError) {
  return { message, extensions: { code, retryable } };
}

/** Tells how long to wait, in whole seconds, where that is known and can help. */
function platformError({ kind, origin: { retryAfter } }: PlatformError) {
  const known = publicError(PLATFORM_ERRORS[kind]);
  if (!retryAfter || !known.extensions.retryable) return known;
  return { ...known, extensions: { ...known.extensions, retryAfter: Math.ceil(retryAfter) } };
}

/** Failures whose message is meant for the caller as it is. */
function isRefusal(thrown: unknown): thrown is CredentialError | AccessError {
  return thrown instanceof CredentialError || thrown instanceof AccessError;
}

function refusal(error: CredentialError | AccessError) {
  const { code, message, details } = error;
  const retryable = error instanceof CredentialError && error.isRetryable;
  return { message, extensions: { code, retryable, ...details } };
}

/**
 * Cuts messages that quote the request, which may hold a misplaced token. A refusal before execution without a code is a
 * mistake of the request: for example, a wrong hash of a persisted query.
 */
function mistake(formatted: GraphQLFormattedError, error: GraphQLError): GraphQLFormattedError {
  const { extensions, originalError } = error;
  const surrender = givenUp(formatted.message);
  if (surrender) return { ...formatted, ...publicError({ ...surrender, retryable: false }) };
  const isIntrospection = formatted.extensions?.validationErrorCode === 'INTROSPECTION_DISABLED';
  // A rule of ours has a code of its own, over which Apollo writes that of all validation.
  const own = originalError instanceof GraphQLError ? originalError.extensions.code : undefined;
  const code = own ?? extensions.code ?? (isOfArgument(error) ? 'BAD_USER_INPUT' : 'BAD_REQUEST');
  return {
    ...formatted,
    // The library's own names a setting in its code.
    message: isIntrospection
      ? NO_INTROSPECTION
      : excerpt(formatted.message.replace(SHA256, '[redacted]'), MAX_MESSAGE_LENGTH),
    extensions: {
      code,
      retryable: formatted.extensions?.retryable === true,
      ...(code === 'OVERLOADED' && { retryAfter: RETRY_AFTER_S }),
    },
  };
}
