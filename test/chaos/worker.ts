import type { Operation } from '../oracle/operations.ts';
import type { Random } from '../support/random.ts';
import type { Caller } from './callers.ts';
import { Actor } from './changes.ts';
import { stepOf } from './schedule.ts';
import { ADMINISTRATION, SCRIPTS, type Script } from './scripts.ts';
import { ask, type Stage } from './stage.ts';

/** What a worker does in a step. */
export type Step =
  | { readonly caller: Caller; readonly reads: Operation }
  | { readonly caller: Caller; readonly script: Script; readonly projectIndex: number };

/** Draws a step: the same for the same random numbers, callers and operations. */
export function drawn(random: Random, { callers, reads }: Pick<Stage, 'callers' | 'reads'>): Step {
  const caller = random.pick(callers);
  if (caller.isAdministrator) return { caller, script: ADMINISTRATION, projectIndex: 0 };
  if (caller.manages.length === 0 || random.chance(0.6)) return { caller, reads: random.pick(reads) };
  const projectIndex = random.below(caller.manages.length);
  return {
    caller,
    script: random.oneOf(...SCRIPTS.map(([weight, script]) => [weight, () => script] as const)),
    projectIndex,
  };
}

/** One of the many who ask, reading and changing in turn. */
export class Worker {
  readonly #stage: Stage;
  readonly #seed: number;
  readonly #index: number;
  #step = 0;

  constructor(stage: Stage, seed: number, index: number) {
    this.#stage = stage;
    this.#seed = seed;
    this.#index = index;
  }

  async step(): Promise<void> {
    const random = stepOf(this.#seed, this.#index, this.#step);
    const step = drawn(random, this.#stage);
    if ('reads' in step) {
      const { document, variables } = step.reads;
      await ask(this.#stage, random, step.caller, { query: document, variables });
    } else await this.#run(step.script, step.caller, step.projectIndex, random, false);
    this.#step += 1;
  }

  /** Runs the whole of a script, about the first project of the caller. */
  runWhole(script: Script, caller: Caller, random: Random): Promise<void> {
    return this.#run(script, caller, 0, random, true);
  }

  #run(script: Script, caller: Caller, projectIndex: number, random: Random, isWhole: boolean): Promise<void> {
    const project = caller.manages[projectIndex]!;
    return script(new Actor(this.#stage, random, caller, { project, worker: this.#index, step: this.#step, isWhole }));
  }
}
