import type { SeededProject } from '../../emulator/emulator.ts';

/** A request as the emulator's export prints it. */
export interface Exported {
  readonly apiToken: string;
  readonly assistant: string;
  readonly cost: number;
  readonly elapsedTimeMs: number;
  readonly startTimestamp: string;
  readonly status: string;
  readonly inputText: string;
}

/** The whole export of a project, read straight from the platform. */
export async function exportOfProject(url: string, project: SeededProject): Promise<Exported[]> {
  const token = project.tokens.find(({ status }) => status === 'Active')?.id ?? '';
  const all: Exported[] = [];
  for (;;) {
    const answer = await fetch(`${url}/v1/organization/request/export?count=100&skip=${all.length}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { items } = (await answer.json()) as { items: Exported[] };
    if (items.length === 0) return all;
    all.push(...items);
  }
}

/** The sums that the graph must show of some requests, computed another way: in hundred thousandths of a dollar. */
export function sumsOf(requests: readonly Pick<Exported, 'cost' | 'status'>[]) {
  return {
    requests: requests.length,
    failures: requests.filter(({ status }) => status === 'failed').length,
    cost: String(requests.reduce((sum, one) => sum + Math.round(one.cost * 100_000), 0) / 100_000),
  };
}

/** The figures that the graph must show of some requests. */
export function figuresOf(requests: readonly Exported[]) {
  const durations = requests.map(({ elapsedTimeMs }) => elapsedTimeMs).sort((a, b) => a - b);
  const dayOf = ({ startTimestamp }: Exported) => startTimestamp.slice(0, 10);
  const days = [...new Set(requests.map(dayOf))].sort();
  const last = requests
    .map(({ startTimestamp }) => startTimestamp)
    .sort()
    .at(-1);
  return {
    ...sumsOf(requests),
    averageDurationMs: durations.length > 0 ? durations.reduce((a, b) => a + b, 0) / durations.length : null,
    percentile95DurationMs: durations.find((_, index) => (index + 1) / durations.length >= 0.95) ?? null,
    lastUsedAt: last === undefined ? null : `${last}Z`,
    perDay: days.map((day) => ({ day, ...sumsOf(requests.filter((one) => dayOf(one) === day)) })),
  };
}
