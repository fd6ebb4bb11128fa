import type { Endpoint } from '../platform/client/endpoint.ts';
import { absentFrom, type PlatformList } from '../platform/client/lists.ts';
import { listOrganizationLimits, listProjectLimits, type UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { perOrganization, perProject } from './source.ts';

/** The limit in force in a project, used up or not. Null when it has none. */
export const projectLimit = perProject(listProjectLimits, inForce(listProjectLimits));

/** The limit in force in an organization, used up or not. Null when it has none. */
export const organizationLimit = perOrganization(listOrganizationLimits, inForce(listOrganizationLimits));

/**
 * One that is used up still holds until it ends. At most one limit is active (platform-api.md 2.6); else the newest, and of a
 * status that is not known rather than none. Throws when the limit in force may be one that could not be read.
 */
export function inForce(endpoint: Endpoint): (limits: PlatformList<UsageLimitRecord>) => UsageLimitRecord | null {
  return (limits) => {
    const newestFirst = limits.records.toSorted((a, b) => (b.validFrom ?? '').localeCompare(a.validFrom ?? ''));
    const withStatus = (wanted: UsageLimitRecord['status']) => newestFirst.find(({ status }) => status === wanted);
    const found = withStatus('ACTIVE') ?? withStatus('REACHED') ?? withStatus('UNRECOGNIZED');
    return found ?? absentFrom(limits, endpoint);
  };
}
