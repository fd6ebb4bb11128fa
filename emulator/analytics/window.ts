import type { Call } from '../call.ts';
import { PlatformFailure } from '../failures.ts';

const DAY = 86_400_000;

/** Days from the first to the last, both included, as `YYYY-MM-DD` (platform-api.md section 2.10). */
export interface Window {
  readonly first: string;
  readonly last: string;
}

/** What `startDate` and `endDate` ask for; without both, the previous calendar month, UTC. */
export function windowOf(call: Call): Window {
  const [first, last] = [dayIn(call, 'startDate'), dayIn(call, 'endDate')];
  if (first === undefined && last === undefined) return previousMonth(new Date(Date.now()));
  if (first === undefined) throw new PlatformFailure(9, 'startDate');
  if (last === undefined) throw new PlatformFailure(9, 'endDate');
  if (last < first) throw new PlatformFailure(8, 'endDate');
  return { first, last };
}

export function isWithin({ first, last }: Window, day: string): boolean {
  return first <= day && day <= last;
}

export function lengthInDays({ first, last }: Window): number {
  return (Date.parse(last) - Date.parse(first)) / DAY + 1;
}

function previousMonth(now: Date): Window {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { first: toDay(Date.UTC(year, month - 1, 1)), last: toDay(Date.UTC(year, month, 0)) };
}

function dayIn(call: Call, name: string): string | undefined {
  const text = call.query(name);
  if (text === undefined) return undefined;
  const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  // The 31st of a short month is read as a day of the next.
  if (Number.isNaN(instant) || toDay(instant) !== text) throw new PlatformFailure(11, name);
  return text;
}

function toDay(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
