import { MAX_NAME_LENGTH } from './userErrors.ts';

const ROTATED = / \(rotated \d{4}-\d\d-\d\d\)$/;

/**
 * The name of a token's successor: its own, without the mark of an earlier rotation, and ` (rotated 2026-11-24)` with the day
 * in UTC. The platform lets no name change and lets names repeat. Cut to what a name may have.
 */
export function successorName(name: string, at: Date): string {
  const ending = ` (rotated ${at.toISOString().slice(0, 10)})`;
  const characters = [...name.replace(ROTATED, '')].slice(0, MAX_NAME_LENGTH - ending.length);
  return `${characters.join('')}${ending}`;
}
