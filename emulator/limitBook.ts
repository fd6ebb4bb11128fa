import { randomUUID } from 'node:crypto';
import { ZERO } from './decimal.ts';
import { PlatformFailure } from './failures.ts';
import type { LimitInput } from './limitInput.ts';
import { type LimitedEntity, UsageLimit } from './usageLimit.ts';

/** The usage limits of one organization or project, in order of definition. Those that ended stay (section 2.6). */
export class LimitBook {
  readonly #entity: LimitedEntity;
  readonly #limits: UsageLimit[];

  constructor(entity: LimitedEntity, limits: readonly UsageLimit[] = []) {
    this.#entity = entity;
    this.#limits = [...limits];
  }

  all(): readonly UsageLimit[] {
    return this.#limits;
  }

  latest(): UsageLimit | undefined {
    return this.#limits.at(-1);
  }

  active(): UsageLimit | undefined {
    return this.#limits.find(({ isInForce }) => isInForce);
  }

  /** Refused while another one is in force: it must be ended first. */
  define(input: LimitInput): UsageLimit {
    if (this.active()) throw new PlatformFailure(409, 'there is an active limit', 'secondLimit');
    const beginning = { id: randomUUID(), entity: this.#entity, from: Date.now(), usedAmount: ZERO };
    const limit = new UsageLimit(input, beginning);
    this.#limits.push(limit);
    return limit;
  }

  /** The limit in force, if that is its id: only that one can be changed or deleted. */
  activeWithId(id: string): UsageLimit {
    const active = this.active();
    if (active?.id !== id.toLowerCase()) throw new PlatformFailure(404, 'no active limit has this id');
    return active;
  }
}
