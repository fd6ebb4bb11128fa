/** Positions that a message names at most. */
const MOST_NAMED = 10;

/**
 * Values that `read` makes of texts, and a message about those of which it makes none. Positions name them, since a text may be a
 * misplaced token. Null if there are none.
 */
export function readTexts<T>(
  field: string,
  texts: readonly string[],
  read: (text: string) => T | null,
  kind: string,
): { readonly values: T[]; readonly mistake: string | null } {
  const found = texts.map(read);
  const values = found.filter((value) => value !== null);
  const wrong = found.flatMap((value, index) => (value === null ? [index] : []));
  if (wrong.length === 0) return { values, mistake: null };
  const positions = `${wrong.slice(0, MOST_NAMED).join(', ')}${wrong.length > MOST_NAMED ? ', …' : ''}`;
  const mistake = `\`${field}\` has elements that are not ${kind}. Their positions, counted from 0: ${positions}.`;
  return { values, mistake };
}
