import type { formatError } from '../errors.ts';

/** Words that graphql-js begins its suggestions with, at the end of a message. */
const SUGGESTION = ' Did you mean ';

/**
 * The formatter of errors, without suggestions, which name parts of the schema. Apollo Server's own way takes time by the square of such
 * words in a value. Suggestions about variables would stay, too.
 */
export function withoutSuggestions(format: typeof formatError): typeof formatError {
  return (formatted, thrown) => format({ ...formatted, message: withoutSuggestion(formatted.message) }, thrown);
}

function withoutSuggestion(message: string): string {
  const start = message.endsWith('?') ? message.lastIndexOf(SUGGESTION) : -1;
  return start < 0 ? message : message.slice(0, start);
}
