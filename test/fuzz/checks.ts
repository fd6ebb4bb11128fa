import { UPSTREAM_MARK } from '../../emulator/failures.ts';
import { ERROR_CODES } from '../../src/values/errorCodes.ts';
import type { WireAnswer } from './wire.ts';

/** Texts that nobody may be told, beside what is recognised by its form. */
export interface Hidden {
  /** Address of the platform, without its scheme. */
  readonly upstream: string;
  readonly secrets: readonly string[];
}

/** Tokens of the emulator that were there at the start. New ones are told to whoever created them. */
const SEEDED_TOKEN = /_EMULATOR-(?:org\d|system-)/;
const ANY_TOKEN = /[a-z0-9]_EMULATOR[\w-]{35}/;
const COMPANY_TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]{20,}/;
const STACK = /\n\s+at \S|node_modules|file:\/\/|\.ts:\d+/;

/** What is wrong with an answer. Empty: nothing. */
export function problemsOf(answer: WireAnswer, hidden: Hidden): string[] {
  const { status, headers, body } = answer;
  const problems: string[] = [];
  if (status >= 500 && !isShedding(answer)) problems.push(`status ${status}`);
  if (!headers['x-request-id']) problems.push('no x-request-id');
  if (headers['x-content-type-options'] !== 'nosniff') problems.push('no security headers');
  const text = `${JSON.stringify(headers)}\n${body}`;
  if (SEEDED_TOKEN.test(text)) problems.push('a token of the platform');
  problems.push(...leaksOf(text, hidden));
  const isJson = (headers['content-type'] ?? '').includes('json');
  if (isJson && body !== '') problems.push(...problemsOfJson(body, headers['x-request-id']));
  return problems;
}

/** True if a text holds a token of the emulator. */
export const holdsToken = (text: string): boolean => ANY_TOKEN.test(text) || SEEDED_TOKEN.test(text);

/** What is wrong with lines of the log. */
export function problemsOfLog(lines: string, hidden: Hidden): string[] {
  const problems = leaksOf(lines, { ...hidden, upstream: '\n\n' }, /(?!)/);
  if (holdsToken(lines)) problems.push('a token of the platform');
  if (lines.split('\n').some(isFailure)) problems.push('a failure that is ours');
  return problems;
}

/** A line of a failure that is ours. Load that was refused is none. */
function isFailure(line: string): boolean {
  return /"level":"(?:error|fatal)"/.test(line);
}

function leaksOf(text: string, { upstream, secrets }: Hidden, stack = STACK): string[] {
  const problems: string[] = [];
  if (stack === STACK && text.includes(UPSTREAM_MARK)) problems.push('text of the platform');
  if (text.includes(upstream)) problems.push('the address of the platform');
  if (stack.test(text)) problems.push('a stack');
  if (COMPANY_TOKEN.test(text)) problems.push('a token of the company');
  if (secrets.some((secret) => text.includes(secret))) problems.push('a secret of the server');
  return problems;
}

/** Load was refused, or the server says that it is not ready, the latter without a body to `HEAD`. */
function isShedding({ status, headers, body }: WireAnswer): boolean {
  return status === 503 && (headers['retry-after'] !== undefined || body === '' || body.startsWith('{"ready":false'));
}

const CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

function problemsOfJson(body: string, requestId: string | undefined): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return ['JSON that is none'];
  }
  if (typeof parsed !== 'object' || parsed === null || !('errors' in parsed)) return [];
  if (!Array.isArray(parsed.errors) || parsed.errors.length === 0) return ['`errors` is no list of some'];
  return parsed.errors.flatMap(({ message, extensions }) => {
    const problems: string[] = [];
    if (typeof message !== 'string' || message === '') problems.push('an error without a message');
    if (!CODES.has(extensions?.code)) problems.push(`an error of the code ${extensions?.code}`);
    if (extensions?.code === 'INTERNAL_SERVER_ERROR') problems.push(`a failure that is ours: ${message}`);
    if (extensions?.requestId !== requestId) problems.push('an error without the request id');
    return problems;
  });
}
