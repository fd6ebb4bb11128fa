/** Ways from a connection to its items, by the names of fields. */
const WAYS_TO_ITEMS: readonly (readonly string[])[] = [['nodes'], ['edges', 'node']];

/** The names of fields that a step leads through. `nodes` stands for every way to the items. */
export function waysOf(step: string): readonly (readonly string[])[] {
  return step === 'nodes' ? WAYS_TO_ITEMS : [[step]];
}

/** True if the field of a connection leads to its items. */
export function leadsToItems(name: string): boolean {
  return WAYS_TO_ITEMS.some(([first]) => first === name);
}
