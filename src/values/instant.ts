/** ISO 8601 with seconds or without, and with its zone or without. */
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** Milliseconds since 1970 of an instant with its zone. Null for any other text, days that no calendar has included. */
export function readInstant(text: string): number | null {
  return instantOf(text, null);
}

/** The same of a text whose zone may be left out: then it is UTC. */
export function readUtcInstant(text: string): number | null {
  return instantOf(text, 'Z');
}

function instantOf(text: string, assumedZone: string | null): number | null {
  const match = INSTANT.exec(text);
  if (!match) return null;
  const [, year, month, day, , zone] = match;
  const isKnown = zone !== undefined || assumedZone !== null;
  // The engine takes 30 February for 2 March.
  if (!isKnown || Number(day) > daysIn(Number(year), Number(month))) return null;
  const instant = Date.parse(zone === undefined ? `${text}${assumedZone}` : text);
  return Number.isNaN(instant) ? null : instant;
}

/** `month` from 1. */
function daysIn(year: number, month: number): number {
  const last = new Date(0);
  // Not by the constructor, which takes the years up to 99 for those of the last century.
  last.setUTCFullYear(year, month, 0);
  return last.getUTCDate();
}
