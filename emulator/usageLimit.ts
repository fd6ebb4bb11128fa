import { randomUUID } from 'node:crypto';
import { PlatformFailure } from './failures.ts';
import { type Members, membersOf } from './members.ts';
import { seconds } from './timestamps.ts';

const SUBSCRIPTIONS = ['Freemium', 'Daily', 'Weekly', 'Monthly'] as const;

/** The limit that a new project starts with: LimitInput in, UsageLimit out (platform-api.md section 2.6). */
export function usageLimitFrom(value: unknown): object {
  const members = membersOf(value, 11);
  const subscriptionType = oneOf(members, 'subscriptionType', SUBSCRIPTIONS);
  const usageUnit = oneOf(members, 'usageUnit', ['Requests', 'Cost']);
  const renewalStatus = oneOf(members, 'renewalStatus', ['Renewable', 'NonRenewable']);
  const softLimit = amount(members, 'softLimit');
  const hardLimit = amount(members, 'hardLimit');
  if (hardLimit < softLimit) throw new PlatformFailure(8, 'hardLimit');
  const now = new Date();
  return {
    hardLimit,
    id: randomUUID(),
    relatedEntityName: 'Pia.Data.Project',
    remainingUsage: hardLimit,
    renewalStatus,
    softLimit,
    status: 1,
    subscriptionType,
    usageUnit,
    usedAmount: 0,
    validFrom: seconds(now.getTime()),
    validUntil: periodEnd(subscriptionType, now),
  };
}

/** The next calendar boundary, UTC; weeks begin on Monday; Freemium has no end (section 6). */
function periodEnd(subscription: (typeof SUBSCRIPTIONS)[number], now: Date): string | null {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  if (subscription === 'Freemium') return null;
  if (subscription === 'Monthly') return seconds(Date.UTC(year, month + 1, 1));
  const daysLeft = subscription === 'Daily' ? 1 : 7 - ((now.getUTCDay() + 6) % 7);
  return seconds(Date.UTC(year, month, day + daysLeft));
}

function oneOf<T extends string>(members: Members, name: string, values: readonly T[]): T {
  const value = required(members, name);
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new PlatformFailure(11, name);
  return found;
}

function amount(members: Members, name: string): number {
  const value = required(members, name);
  if (typeof value !== 'number') throw new PlatformFailure(11, name);
  if (value < 0) throw new PlatformFailure(8, name);
  return value;
}

function required(members: Members, name: string): unknown {
  const value = members.get(name.toLowerCase()) ?? null;
  if (value === null) throw new PlatformFailure(9, name);
  return value;
}
