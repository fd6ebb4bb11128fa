import type { GraphiQLProps } from 'graphiql';

/** Storage that ends with the page. */
export function memoryStorage(): NonNullable<GraphiQLProps['storage']> {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}
