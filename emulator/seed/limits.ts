import { Decimal } from '../decimal.ts';
import { LimitBook } from '../limitBook.ts';
import type { LimitInput, UsageUnit } from '../limitInput.ts';
import { type EndedStatus, type LimitedEntity, UsageLimit } from '../usageLimit.ts';
import type { Random } from './random.ts';

const DAY = 86_400_000;
const SUBSCRIPTIONS = ['Monthly', 'Monthly', 'Monthly', 'Weekly', 'Daily', 'Freemium'] as const;

/** How far the limit is used up. */
type Usage = 'some' | 'all' | 'hardly';

/** Most projects have one limit in force; of every eight, one never had any, and one only has one that ended. */
export function seedProjectLimits(random: Random, project: number, epoch: number): LimitBook {
  const entity = 'Pia.Data.Project';
  if (project % 8 === 3) return new LimitBook(entity);
  if (project % 8 === 5) {
    const ended = project % 16 === 5 ? 2 : 4;
    return new LimitBook(entity, [seedLimit(random, entity, epoch - 40 * DAY, 'some', ended)]);
  }
  const usage = project % 16 === 10 ? 'all' : project % 16 === 9 ? 'hardly' : 'some';
  const earlier = random.oneIn(3) ? [seedLimit(random, entity, epoch - 70 * DAY, 'some', 4)] : [];
  return new LimitBook(entity, [...earlier, seedLimit(random, entity, epoch, usage)]);
}

/** Every second organization, from the first on, has a limit in force; the others only have cancelled ones. */
export function seedOrganizationLimits(random: Random, organization: number, epoch: number): LimitBook {
  const entity = 'Pia.Data.Organization';
  const cancelled = seedLimit(random, entity, epoch - 40 * DAY, 'hardly', 4);
  return new LimitBook(
    entity,
    organization % 2 === 0 ? [cancelled, seedLimit(random, entity, epoch, 'some')] : [cancelled],
  );
}

/** A limit whose period contains the instant. */
function seedLimit(random: Random, entity: LimitedEntity, at: number, usage: Usage, ended?: EndedStatus): UsageLimit {
  const { hard, input } = seedInput(random, entity);
  const usedAmount = Decimal.of(seedUsage(random, input.usageUnit, hard, usage));
  const beginning = { id: random.uuid(), entity, from: periodStart(input, at), usedAmount };
  return new UsageLimit(input, ended === undefined ? beginning : { ...beginning, ended });
}

function seedInput(random: Random, entity: LimitedEntity): { hard: number; input: LimitInput } {
  const usageUnit = random.oneIn(4) ? 'Requests' : 'Cost';
  const scale = entity === 'Pia.Data.Organization' ? 1_000 : usageUnit === 'Requests' ? 500 : 10;
  const hard = random.integer(2, 20) * scale;
  const renewalStatus = random.oneIn(5) ? 'NonRenewable' : 'Renewable';
  const amounts = { softLimit: Decimal.of(hard * 0.8), hardLimit: Decimal.of(hard) };
  return { hard, input: { subscriptionType: random.pick(SUBSCRIPTIONS), usageUnit, renewalStatus, ...amounts } };
}

/** "Hardly" is a cost small enough for scientific notation (section 2.6). */
function seedUsage(random: Random, usageUnit: UsageUnit, hardLimit: number, usage: Usage): number {
  if (usage === 'all') return hardLimit;
  if (usageUnit === 'Requests') return usage === 'hardly' ? 1 : random.integer(1, hardLimit - 1);
  return usage === 'hardly' ? random.integer(1, 9) / 10_000_000 : (random.integer(1, 95) * hardLimit) / 100;
}

/** The day of the instant, or the first of its week or month, UTC. */
function periodStart({ subscriptionType }: LimitInput, at: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (subscriptionType === 'Monthly') return Date.UTC(year, month, 1);
  return Date.UTC(year, month, subscriptionType === 'Weekly' ? day - ((date.getUTCDay() + 6) % 7) : day);
}
