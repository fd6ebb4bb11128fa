import { badUserInput } from '../src/errors.ts';
import { DAY_MS, DEFAULT_WINDOW_DAYS, type TimeWindow } from '../src/usage/window.ts';
import { readInstant } from '../src/values/instant.ts';

/** A window as a caller may leave it open on both sides. */
export interface WindowInput {
  readonly from?: unknown;
  readonly to?: unknown;
}

/** The window that a caller gave, or the days before `now`. Throws `BAD_USER_INPUT`. */
export function readWindow(input: WindowInput | null | undefined, now: number): TimeWindow {
  const to = readBound('to', input?.to) ?? now;
  const from = readBound('from', input?.from) ?? to - DEFAULT_WINDOW_DAYS * DAY_MS;
  return ordered({ from, to });
}

/** Names of the bounds of a window, for messages. */
const BOUNDS = { from: 'from', to: 'to' };

/** The window of a filter; null when it leaves both sides open. Throws `BAD_USER_INPUT`. */
export function readOpenWindow(input: WindowInput, names = BOUNDS): TimeWindow | null {
  const [from, to] = [readBound(names.from, input.from), readBound(names.to, input.to)];
  if (from === null && to === null) return null;
  return ordered({ from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY }, names);
}

function ordered(window: TimeWindow, names = BOUNDS): TimeWindow {
  if (window.from < window.to) return window;
  throw badUserInput(`The window is empty: \`${names.from}\` must be before \`${names.to}\`.`);
}

/** Milliseconds since 1970. Null when left out. */
function readBound(name: string, value: unknown): number | null {
  if (value === null || value === undefined) return null;
  const instant = typeof value === 'string' ? readInstant(value) : null;
  if (instant !== null) return instant;
  throw badUserInput(`\`${name}\` is not an instant with its zone, such as \`2026-01-12T09:15:42Z\`.`);
}
