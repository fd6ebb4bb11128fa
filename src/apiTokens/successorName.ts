import { MAX_NAME_LENGTH } from '../mutations/userErrors.ts';

const ROTATED = / \(rotated \d{4}-\d\d-\d\d(?:, \d+)?\)$/;

/**
 * The name of a token's successor: its own, without the suffix of an earlier rotation, and ` (rotated 2026-11-24)` with the day
 * in UTC; from the second rotation of a day on with its number. The platform lets no name change. Cut to what a name may have.
 */
export function successorName(name: string, at: Date, ordinal: number): string {
  const day = at.toISOString().slice(0, 10);
  const ending = ordinal === 1 ? ` (rotated ${day})` : ` (rotated ${day}, ${ordinal})`;
  const characters = [...name.replace(ROTATED, '')].slice(0, MAX_NAME_LENGTH - ending.length);
  return `${characters.join('')}${ending}`;
}

/** The first rotation of that day whose successor has a name of its own. */
export function freeOrdinal(name: string, at: Date, taken: ReadonlySet<string>): number {
  let ordinal = 1;
  while (taken.has(successorName(name, at, ordinal))) ordinal += 1;
  return ordinal;
}

/** Whether a name is one that a rotation gives to successors of tokens of that name. */
export function isSuccessorName(name: string, of: string): boolean {
  if (!ROTATED.test(name)) return false;
  const [own, root] = [name.replace(ROTATED, ''), of.replace(ROTATED, '')];
  return own === root || ([...name].length === MAX_NAME_LENGTH && root.startsWith(own));
}
