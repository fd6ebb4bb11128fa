import type { UsageLimitOrderField } from '../src/generated/resolvers.ts';
import type { UsageLimitRecord, UsageLimitStatus } from '../src/platform/resources/usageLimits.ts';
import { ordered } from '../src/request/fields.ts';
import { listing, orders } from '../src/request/paging/pagination.ts';
import { sortKey } from '../src/values/decimal.ts';

const tieOf = ({ id }: UsageLimitRecord) => id ?? '';
const timeAndId = (limit: UsageLimitRecord) => `${limit.validFrom ?? ''}\u0000${tieOf(limit)}`;

/** In the order of the schema. */
const STATUSES: readonly UsageLimitStatus[] = ['ACTIVE', 'EXPIRED', 'REACHED', 'CANCELLED', 'UNRECOGNIZED'];

/** Limits, newest first unless the caller chooses. */
export const usageLimitView = ordered(
  orders<UsageLimitRecord, UsageLimitOrderField>({
    VALID_FROM: listing('usageLimits', ({ validFrom }) => validFrom ?? '', tieOf),
    STATUS: listing('usageLimits STATUS', ({ status }) => String(STATUSES.indexOf(status)), timeAndId),
    USED: listing('usageLimits USED', ({ used }) => sortKey(used), timeAndId),
  }),
  { field: 'VALID_FROM', direction: 'DESC' },
);
