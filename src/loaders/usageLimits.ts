import type { Endpoint } from '../platform/client/endpoint.ts';
import { absentFrom, type PlatformList } from '../platform/client/lists.ts';
import { listOrganizationLimits, listProjectLimits, type UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { perOrganization, perProject, sameForAll } from './source.ts';

type Limits = PlatformList<UsageLimitRecord>;

/** The limit in force in a project, used up or not. Null when it has none. */
export const projectLimit = perProject({
  takes: 'ORGANIZATION',
  reads: listProjectLimits,
  asks: sameForAll,
  pick: inForce(listProjectLimits),
});

/** Every limit that a project has or had. */
export const projectLimits = perProject({
  takes: 'ORGANIZATION',
  reads: listProjectLimits,
  asks: sameForAll,
  pick: (limits: Limits) => limits,
});

/** The limit in force in an organization, used up or not. Null when it has none. */
export const organizationLimit = perOrganization({
  reads: listOrganizationLimits,
  asks: sameForAll,
  pick: inForce(listOrganizationLimits),
});

/** Every limit that an organization has or had. */
export const organizationLimits = perOrganization({
  reads: listOrganizationLimits,
  asks: sameForAll,
  pick: (limits: Limits) => limits,
});

/**
 * One that is used up still holds until it ends. At most one limit is active (platform-api.md 2.6); else the newest, and of a
 * status that is not known rather than none. Throws when the limit in force may be one that could not be read.
 */
export function inForce(endpoint: Endpoint): (limits: Limits) => UsageLimitRecord | null {
  return (limits) => {
    const newestFirst = limits.records.toSorted((a, b) => (b.validFrom ?? '').localeCompare(a.validFrom ?? ''));
    const withStatus = (wanted: UsageLimitRecord['status']) => newestFirst.find(({ status }) => status === wanted);
    const found = withStatus('ACTIVE') ?? withStatus('REACHED') ?? withStatus('UNRECOGNIZED');
    return found ?? absentFrom(limits, endpoint);
  };
}
