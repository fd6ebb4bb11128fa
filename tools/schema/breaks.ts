import { buildSchema, findBreakingChanges } from 'graphql';

/** Line of the changelog that declares a break. */
const declaration = (change: string) => `- Breaking: ${change}`;

/** Lines that the changelog lacks: one for each change that breaks operations of clients. */
export function undeclaredBreaks(committed: string, present: string, changelog: string): string[] {
  const declared = new Set(changelog.split('\n').map((line) => line.trim()));
  return findBreakingChanges(buildSchema(committed), buildSchema(present))
    .map(({ description }) => declaration(description))
    .filter((line) => !declared.has(line));
}
