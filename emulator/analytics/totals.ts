import type { Person } from '../people.ts';
import type { Usage } from './usage.ts';

/** Sums of binary fractions, without the digits that the adding made. */
export function sum(usage: readonly Usage[], of: (item: Usage) => number): number {
  return rounded(usage.reduce((total, item) => total + of(item), 0));
}

/** Zero for none. */
export function average(total: number, count: number): number {
  return count === 0 ? 0 : rounded(total / count);
}

export function totalCost(usage: readonly Usage[]): number {
  return sum(usage, ({ cost }) => cost);
}

export function tokens(usage: readonly Usage[]) {
  const inputTokens = sum(usage, (item) => item.inputTokens);
  const outputTokens = sum(usage, (item) => item.outputTokens);
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}

/** How many different ones there are; null is none. */
export function distinct<T>(usage: readonly Usage[], of: (item: Usage) => T | null): number {
  return new Set(usage.map(of).filter((value) => value !== null)).size;
}

export function groups<K>(usage: readonly Usage[], of: (item: Usage) => K): [K, Usage[]][] {
  return [...Map.groupBy(usage, of)];
}

/** By day, the earliest first; days without requests are left out. */
export function days(usage: readonly Usage[]): [day: string, Usage[]][] {
  return groups(usage, ({ day }) => day).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** By agent; requests without one are left out. */
export function agents(usage: readonly Usage[]): [name: string, Usage[]][] {
  return groups(usage, ({ agent }) => agent).flatMap(([name, items]) => (name === null ? [] : [[name, items]]));
}

/** How a user is told: one without an id made requests that nobody is known for. */
export function userMembers(user: Person | null) {
  return { userId: user?.id ?? null, userName: user?.name ?? null };
}

/** The ten largest, the largest first. */
export function topTen<T>(items: readonly T[], of: (item: T) => number): T[] {
  return items.toSorted((a, b) => of(b) - of(a)).slice(0, 10);
}

function rounded(value: number): number {
  return Number(value.toFixed(10));
}
