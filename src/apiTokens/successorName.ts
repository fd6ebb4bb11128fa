import { MAX_NAME_LENGTH } from '../mutations/userErrors.ts';

const ROTATED = / \(rotated \d{4}-\d\d-\d\d(?:, \d+)?\)$/;

/**
 * Name of a successor: the old name with the suffix ` (rotated 2026-11-24)`, the day in UTC. The suffix of an earlier rotation
 * is removed. From the second rotation of a day on, the suffix has a number. Cut to the longest name. The platform changes no
 * name.
 */
export function successorName(name: string, at: Date, ordinal: number): string {
  const day = at.toISOString().slice(0, 10);
  const ending = ordinal === 1 ? ` (rotated ${day})` : ` (rotated ${day}, ${ordinal})`;
  const characters = [...name.replace(ROTATED, '')].slice(0, MAX_NAME_LENGTH - ending.length);
  return `${characters.join('')}${ending}`;
}

/** Returns the first number of a rotation on that day whose name is free. */
export function freeOrdinal(name: string, at: Date, taken: ReadonlySet<string>): number {
  let ordinal = 1;
  while (taken.has(successorName(name, at, ordinal))) ordinal += 1;
  return ordinal;
}

/** True if a rotation gives this name to a successor. */
export function isSuccessorName(name: string, of: string): boolean {
  if (!ROTATED.test(name)) return false;
  const [own, root] = [name.replace(ROTATED, ''), of.replace(ROTATED, '')];
  return own === root || ([...name].length === MAX_NAME_LENGTH && root.startsWith(own));
}
