import { redactTokens } from './secret.ts';

/** Read beyond the cut, so that a token which the cut goes through is known as one. */
const SLACK = 512;

const HALF_A_PAIR = /[\ud800-\udbff]$/;

/** The beginning of a text, without tokens: what it costs is bounded, whatever the length of the text. A cut shows as `…`. */
export function excerpt(text: string, maxLength: number): string {
  if (text.length <= maxLength) return redactTokens(text);
  const start = redactTokens(text.slice(0, maxLength + SLACK)).slice(0, maxLength);
  return `${start.replace(HALF_A_PAIR, '')}…`;
}

/** A copy of a value of JSON with an excerpt of each of its texts. */
export function excerpts<T>(value: T, maxLength: number): T;
export function excerpts(value: unknown, maxLength: number): unknown {
  if (typeof value === 'string') return excerpt(value, maxLength);
  if (Array.isArray(value)) return value.map((element) => excerpts(element, maxLength));
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, excerpts(member, maxLength)]));
}
