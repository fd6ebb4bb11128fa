import { badUserInput } from '../src/errors.ts';
import { DAY_MS, DEFAULT_WINDOW_DAYS, type TimeWindow } from '../src/usage/window.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** A window as a caller may leave it open on both sides. */
interface WindowInput {
  readonly from?: unknown;
  readonly to?: unknown;
}

/** The window that a caller gave, or the days before `now`. Throws `BAD_USER_INPUT`. */
export function readWindow(input: WindowInput | null | undefined, now: number): TimeWindow {
  const to = readInstant('to', input?.to) ?? now;
  const from = readInstant('from', input?.from) ?? to - DEFAULT_WINDOW_DAYS * DAY_MS;
  return ordered({ from, to });
}

/** The window of a filter; null when it leaves both sides open. Throws `BAD_USER_INPUT`. */
export function readOpenWindow(input: WindowInput): TimeWindow | null {
  const [from, to] = [readInstant('from', input.from), readInstant('to', input.to)];
  if (from === null && to === null) return null;
  return ordered({ from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY });
}

function ordered(window: TimeWindow): TimeWindow {
  if (window.from < window.to) return window;
  throw badUserInput('The window is empty: `from` must be before `to`.');
}

/** Milliseconds since 1970. Null when left out. */
function readInstant(name: string, value: unknown): number | null {
  if (value === null || value === undefined) return null;
  const instant = typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw badUserInput(`\`${name}\` is not an instant with its zone, such as \`2026-01-12T09:15:42Z\`.`);
}
