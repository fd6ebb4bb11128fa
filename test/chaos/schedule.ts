import type { Fault } from '../../emulator/emulator.ts';
import { Random } from '../support/random.ts';
import { randomFault } from '../support/randomFaults.ts';

/** Something that goes wrong, or is right again. Replicas are numbers, in the order of the cluster. */
export type Act =
  | { readonly does: 'faults'; readonly faults: readonly Fault[] }
  | { readonly does: 'delay'; readonly statusMs: number; readonly listMs: number; readonly latencyMs: number }
  | { readonly does: 'end'; readonly replica: number; readonly signal: 'SIGKILL' | 'SIGTERM' }
  | { readonly does: 'redis'; readonly how: 'kill' | 'stall'; readonly ms: number };

export interface Scheduled {
  readonly act: Act;
  /** Time to the next act, in milliseconds. */
  readonly pauseMs: number;
}

/** No worker takes more steps than that. */
const STEPS = 1_000_000;

/** Random numbers of a step of a worker: they depend on nothing that was answered before. */
export const stepOf = (seed: number, worker: number, step: number) => new Random(seed, worker * STEPS + step);

/** An act of a seed: the same whatever the acts before it came to. */
export function actOf(seed: number, index: number, replicas: number): Scheduled {
  const random = new Random(seed, -1 - index);
  const act = random.oneOf<Act>(
    [5, () => ({ does: 'faults', faults: random.many(1, 4, () => randomFault(random)) })],
    [4, () => ({ does: 'faults', faults: [] })],
    [
      1,
      () => ({ does: 'delay', statusMs: delayOf(random), listMs: delayOf(random), latencyMs: random.pick([0, 0, 20]) }),
    ],
    [1.5, () => ({ does: 'end', replica: random.below(replicas), signal: 'SIGKILL' })],
    [0.5, () => ({ does: 'end', replica: random.below(replicas), signal: 'SIGTERM' })],
    [1, () => ({ does: 'redis', how: 'kill', ms: random.between(100, 1_500) })],
    [1, () => ({ does: 'redis', how: 'stall', ms: random.between(100, 1_500) })],
  );
  return { act, pauseMs: random.between(100, 1_200) };
}

const delayOf = (random: Random) => random.pick([0, 50, 400]);

/** An act in a few words, for the report. */
export function toldOf(act: Act): string {
  if (act.does === 'end') return `${act.signal} of replica ${act.replica}`;
  if (act.does === 'redis') return `Redis: ${act.how} for ${act.ms} ms`;
  if (act.does === 'delay') return `delays ${act.statusMs}, ${act.listMs}, ${act.latencyMs} ms`;
  return `faults ${act.faults.map(({ kind, route }) => `${kind} of ${route}`).join(', ')}`;
}
