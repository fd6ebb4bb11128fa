import { median } from './compare.ts';
import { flatQuestion } from './operations.ts';
import type { Options } from './options.ts';
import { openRange, type Prepared, prepare, type Range } from './range.ts';

/** The flat list in an organization of a given size. */
export interface Scale {
  readonly projects: number;
  /** Pages of 100 that one operation reads; fewer than there are when the facade refuses more. */
  readonly pages: number;
  /** CPU per operation, one caller, platform without latency. */
  readonly facadeMs: number;
  readonly handwrittenMs: number;
}

const SIZES = [10, 100, 1000, 10_000];

export async function measureScaling({ quick, repetitions }: Options, say: (text: string) => void): Promise<Scale[]> {
  const scales: Scale[] = [];
  for (const projects of quick ? SIZES.slice(0, 3) : SIZES) {
    say(`flat list of ${projects}`);
    const range = await openRange({ organizations: 1, projects, servers: ['facade', 'handwritten'] });
    scales.push(await measureOne(range, projects, quick ? 1 : repetitions, quick ? 150 : 700));
    await range.close();
  }
  return scales;
}

async function measureOne(range: Range, projects: number, repetitions: number, milliseconds: number): Promise<Scale> {
  const { prepared, pages } = await asManyPagesAsItTakes(range, Math.ceil(projects / 100));
  const runs = { facade: [] as number[], handwritten: [] as number[] };
  for (let repetition = -1; repetition < repetitions; repetition += 1) {
    for (const name of ['facade', 'handwritten'] as const) {
      const end = performance.now() + milliseconds;
      const isDone = (count: number) => count >= 3 && performance.now() >= end;
      const { cpuMs } = await range.target(name).gun.fire(prepared.get(name) ?? [], isDone);
      // The first round warms up.
      if (repetition >= 0) runs[name].push(cpuMs);
    }
  }
  return { projects, pages, facadeMs: median(runs.facade), handwrittenMs: median(runs.handwritten) };
}

/** All pages or, where the facade has a bound on fields or aliases, half of them, and so on. */
async function asManyPagesAsItTakes(range: Range, pages: number): Promise<{ prepared: Prepared; pages: number }> {
  try {
    const operation = {
      name: `flat, ${pages} pages`,
      prepare: ({ projects }, ask) => flatQuestion(projects, ask, pages),
    } satisfies Parameters<typeof prepare>[1];
    return { prepared: await prepare(range, operation), pages };
  } catch (error) {
    if (pages === 1) throw error;
    return asManyPagesAsItTakes(range, Math.floor(pages / 2));
  }
}
