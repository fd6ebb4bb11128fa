import { outcomeUnknown } from '../errors.ts';
import type { SearchResult } from './recover.ts';

const SEEN: Record<SearchResult, string> = {
  none: 'No new token of this name is listed yet. Nothing else was created. Search for its name in `Project.apiTokens` later',
  one: 'There is one new token of this name in `Project.apiTokens`. It is not certain that this request created it. Nothing else was created. Look at it',
  several:
    'There are several new tokens of this name in `Project.apiTokens`, so it is unknown which is this one. Nothing ' +
    'else was created. Look at them',
  masked:
    'There is a new token of this name in `Project.apiTokens`, but the platform masks its value, so its secret is lost. ' +
    'Nothing else was created. Revoke it in the console',
  unreadable:
    "The project's tokens could not be listed. Nothing else was created. Look for its name in `Project.apiTokens`",
};

/** Error of a creation whose answer was lost: what was seen, and what to do. */
export function creationUnknown(seen: SearchResult, cause?: Error): Error {
  return outcomeUnknown(
    `The token may or may not have been created: the answer of the platform was lost. ${SEEN[seen]}. ` +
      'Revoke a token whose secret nobody has. With an `idempotencyKey`, the same request finds what it created.',
    cause ?? new Error('a creation is not accounted for'),
  );
}
