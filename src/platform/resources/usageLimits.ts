import type { Decimal } from '../../values/decimal.ts';
import {
  type LeftOut,
  optionalCode,
  optionalDecimal,
  optionalText,
  optionalTime,
  readUnstated,
  type Wire,
  wire,
} from '../client/decode.ts';
import { type Endpoint, read, write } from '../client/endpoint.ts';
import { elementsOf, type PlatformList, readEach } from '../client/lists.ts';
import type { Body } from '../client/request.ts';

export type UsageLimitStatus = 'ACTIVE' | 'EXPIRED' | 'REACHED' | 'CANCELLED' | 'UNRECOGNIZED';
type UsageLimitPeriod = 'FREEMIUM' | 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'UNRECOGNIZED';
type UsageLimitUnit = 'REQUESTS' | 'COST' | 'UNRECOGNIZED';

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

const ORGANIZATION_PATH = '/v2/usageLimits/organizations/{organizationId}/limits';
const PROJECT_PATH = '/v2/usageLimits/organizations/{organizationId}/projects/{projectId}/limits';

/**
 * Every limit that a project has or had, in no promised order. Read instead of `/active`: without a limit, its answer may be
 * that of a platform without limits (platform-api.md 2.6).
 */
export const listProjectLimits = read({
  route: `GET ${PROJECT_PATH}`,
  accepts: ['organization', 'oauth'],
  family: 'usageLimits',
  hasAmounts: true,
  decode: toLimitList,
});

/**
 * Same as `listProjectLimits`, of an organization. No `/active` exists, and the answer of `/latest` without a limit is
 * unknown.
 */
export const listOrganizationLimits = read({
  route: `GET ${ORGANIZATION_PATH}`,
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
const PERIOD_NAMES = { FREEMIUM: 'Freemium', DAILY: 'Daily', WEEKLY: 'Weekly', MONTHLY: 'Monthly' } as const;
const UNIT_NAMES = { REQUESTS: 'Requests', COST: 'Cost' } as const;
const PERIODS = byWireName(PERIOD_NAMES);
const UNITS = byWireName(UNIT_NAMES);
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

function byWireName<Name extends string>(names: Readonly<Record<Name, string>>): ReadonlyMap<string, Name> {
  return new Map(Object.entries<string>(names).map(([name, wireName]) => [wireName, name as Name]));
}

export interface UsageLimitDraft {
  readonly period: keyof typeof PERIOD_NAMES;
  readonly unit: keyof typeof UNIT_NAMES;
  readonly softLimit: Decimal;
  readonly hardLimit: Decimal;
  readonly isRenewable: boolean;
}

/** LimitInput of platform-api.md 2.6, also for the limit of a new project. */
export function toLimitInput({ period, unit, softLimit, hardLimit, isRenewable }: UsageLimitDraft) {
  const names = { subscriptionType: PERIOD_NAMES[period], usageUnit: UNIT_NAMES[unit] };
  return { ...names, softLimit, hardLimit, ...renewal({ isRenewable }) };
}

function renewal({ isRenewable }: Pick<UsageLimitDraft, 'isRenewable'>) {
  return { renewalStatus: isRenewable ? 'Renewable' : 'NonRenewable' };
}

interface Place {
  readonly organizationId: string;
  /** Not sent where the limit is of the organization. */
  readonly projectId: string;
}

interface Changed extends Place, UsageLimitDraft {
  readonly limitId: string;
}

type LimitCall<Args, Value = void> = Endpoint<'organization' | 'oauth', Args, Value>;

/** Calls about the limits of a project or of an organization. No call changes two settings at once. */
export interface LimitCalls {
  readonly list: LimitCall<Place, PlatformList<UsageLimitRecord>>;
  /** Refused while another limit is in force. */
  readonly define: LimitCall<Place & UsageLimitDraft>;
  readonly cancel: LimitCall<Place & { readonly limitId: string }>;
  readonly setHardLimit: LimitCall<Changed>;
  readonly setSoftLimit: LimitCall<Changed>;
  readonly setRenewal: LimitCall<Changed>;
}

export const organizationLimitCalls = limitCalls(ORGANIZATION_PATH, listOrganizationLimits);
export const projectLimitCalls = limitCalls(PROJECT_PATH, listProjectLimits);

function limitCalls(path: typeof ORGANIZATION_PATH | typeof PROJECT_PATH, list: LimitCalls['list']): LimitCalls {
  return {
    list,
    define: change(`POST ${path}`, toLimitInput),
    cancel: change(`DELETE ${path}/{limitId}`),
    setHardLimit: change(`PUT ${path}/{limitId}/hardLimit`, ({ hardLimit }: UsageLimitDraft) => ({ hardLimit })),
    setSoftLimit: change(`PUT ${path}/{limitId}/softLimit`, ({ softLimit }: UsageLimitDraft) => ({ softLimit })),
    setRenewal: change(`PUT ${path}/{limitId}/renewalStatus`, renewal),
  };
}

function change<const Text extends `${'POST' | 'PUT' | 'DELETE'} /${string}`, Sent = unknown>(
  route: Text,
  body?: (args: Sent) => Body,
) {
  return write({
    route,
    accepts: ['organization', 'oauth'],
    changes: ['usageLimits'],
    isAbsentOn404: true,
    ...(body ? { body } : {}),
    decode: readUnstated,
  });
}
