import type { Decimal } from '../../values/decimal.ts';
import {
  type LeftOut,
  optionalCode,
  optionalDecimal,
  optionalText,
  optionalTime,
  type Wire,
  wire,
} from '../client/decode.ts';
import { read } from '../client/endpoint.ts';
import { elementsOf, type PlatformList, readEach } from '../client/lists.ts';

export type UsageLimitStatus = 'ACTIVE' | 'EXPIRED' | 'REACHED' | 'CANCELLED' | 'UNRECOGNIZED';
export type UsageLimitPeriod = 'FREEMIUM' | 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'UNRECOGNIZED';
export type UsageLimitUnit = 'REQUESTS' | 'COST' | 'UNRECOGNIZED';

export interface UsageLimitRecord {
  readonly id: string | null;
  readonly status: UsageLimitStatus;
  readonly period: UsageLimitPeriod;
  readonly unit: UsageLimitUnit;
  readonly softLimit: Decimal | null;
  readonly hardLimit: Decimal | null;
  readonly used: Decimal | null;
  readonly remaining: Decimal | null;
  readonly isRenewable: boolean | null;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

/**
 * Every limit that a project has or had, in no promised order. The list is read rather than `/active`: what that answers
 * without a limit is unknown, and may be the same as where the platform does not offer it (platform-api.md 2.6).
 */
export const listProjectLimits = read({
  route: 'GET /v2/usageLimits/organizations/{organizationId}/projects/{projectId}/limits',
  accepts: ['organization', 'oauth'],
  family: 'usageLimits',
  hasAmounts: true,
  decode: toLimitList,
});

/** The same of an organization. There is no `/active` for it, and what `/latest` answers without a limit is as unknown. */
export const listOrganizationLimits = read({
  route: 'GET /v2/usageLimits/organizations/{organizationId}/limits',
  accepts: ['organization', 'oauth'],
  family: 'usageLimits',
  hasAmounts: true,
  decode: toLimitList,
});

function toLimitList(body: unknown, leftOut: LeftOut): PlatformList<UsageLimitRecord> {
  return readEach(listed(wire(body, 'limit list')), 'limit', toUsageLimit, leftOut);
}

/** Two spellings of the list, and the vendor's own client reads a single limit here (platform-api.md 2.6). */
function listed(body: Wire): readonly unknown[] {
  const isSingle = body.hardLimit !== undefined || body.subscriptionType !== undefined;
  return isSingle ? [body] : elementsOf(body, LIMIT_LIST);
}

const LIMIT_LIST = { element: 'limit', keys: ['usageLimits', 'limits'] };

const STATUS = new Map<number, UsageLimitStatus>([
  [1, 'ACTIVE'],
  [2, 'EXPIRED'],
  [3, 'REACHED'],
  [4, 'CANCELLED'],
]);
const PERIODS = new Map<string, UsageLimitPeriod>([
  ['Freemium', 'FREEMIUM'],
  ['Daily', 'DAILY'],
  ['Weekly', 'WEEKLY'],
  ['Monthly', 'MONTHLY'],
]);
const UNITS = new Map<string, UsageLimitUnit>([
  ['Requests', 'REQUESTS'],
  ['Cost', 'COST'],
]);
const RENEWABLE = new Map<string, boolean>([
  ['Renewable', true],
  ['NonRenewable', false],
]);

function toUsageLimit(from: Wire): UsageLimitRecord {
  return {
    id: optionalText(from, 'id'),
    status: STATUS.get(optionalCode(from, 'status') ?? 0) ?? 'UNRECOGNIZED',
    period: PERIODS.get(optionalText(from, 'subscriptionType') ?? '') ?? 'UNRECOGNIZED',
    unit: UNITS.get(optionalText(from, 'usageUnit') ?? '') ?? 'UNRECOGNIZED',
    softLimit: optionalDecimal(from, 'softLimit'),
    hardLimit: optionalDecimal(from, 'hardLimit'),
    used: optionalDecimal(from, 'usedAmount'),
    remaining: optionalDecimal(from, 'remainingUsage'),
    isRenewable: RENEWABLE.get(optionalText(from, 'renewalStatus') ?? '') ?? null,
    validFrom: optionalTime(from, 'validFrom'),
    validUntil: optionalTime(from, 'validUntil'),
  };
}
