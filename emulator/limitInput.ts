import { Decimal, ZERO } from './decimal.ts';
import { PlatformFailure } from './failures.ts';
import { type Members, membersOf } from './members.ts';

const SUBSCRIPTIONS = ['Freemium', 'Daily', 'Weekly', 'Monthly'] as const;
const USAGE_UNITS = ['Requests', 'Cost'] as const;
const RENEWALS = ['Renewable', 'NonRenewable'] as const;

export type Subscription = (typeof SUBSCRIPTIONS)[number];
export type UsageUnit = (typeof USAGE_UNITS)[number];
export type RenewalStatus = (typeof RENEWALS)[number];

/** What a limit is defined with: LimitInput of platform-api.md section 2.6. */
export interface LimitInput {
  readonly subscriptionType: Subscription;
  readonly usageUnit: UsageUnit;
  readonly renewalStatus: RenewalStatus;
  readonly softLimit: Decimal;
  readonly hardLimit: Decimal;
}

/** A member of a limit that is missing or wrong; the endpoints of limits word it in another way than project creation. */
export class InvalidLimit extends PlatformFailure {
  readonly member: string;

  constructor(id: 8 | 9 | 11, member: string) {
    super(id, member);
    this.member = member;
  }
}

/** All members are required; names in any casing, values as documented. */
export function limitInput(members: Members): LimitInput {
  const input = {
    subscriptionType: oneOf(members, 'subscriptionType', SUBSCRIPTIONS),
    usageUnit: oneOf(members, 'usageUnit', USAGE_UNITS),
    renewalStatus: renewalStatus(members),
    softLimit: amount(members, 'softLimit'),
    hardLimit: amount(members, 'hardLimit'),
  };
  if (input.hardLimit.isBelow(input.softLimit)) throw new InvalidLimit(8, 'hardLimit');
  return input;
}

/** The limit that a new project is created with (section 2.2). */
export function nestedLimitInput(value: unknown): LimitInput {
  return limitInput(membersOf(value, 11));
}

export function renewalStatus(members: Members): RenewalStatus {
  return oneOf(members, 'renewalStatus', RENEWALS);
}

/** Not negative. */
export function amount(members: Members, name: 'softLimit' | 'hardLimit'): Decimal {
  const value = required(members, name);
  if (!(value instanceof Decimal)) throw new InvalidLimit(typeof value === 'number' ? 8 : 11, name);
  if (value.isBelow(ZERO)) throw new InvalidLimit(8, name);
  return value;
}

function oneOf<T extends string>(members: Members, name: string, values: readonly T[]): T {
  const value = required(members, name);
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new InvalidLimit(11, name);
  return found;
}

function required(members: Members, name: string): unknown {
  const value = members.get(name.toLowerCase()) ?? null;
  if (value === null) throw new InvalidLimit(9, name);
  return value;
}
