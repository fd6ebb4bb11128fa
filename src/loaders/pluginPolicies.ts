import { getPluginPolicies } from '../platform/resources/pluginPolicies.ts';
import { perOrganization } from './source.ts';

/** What the plugins of an organization may do at run time. */
export const organizationPluginPolicies = perOrganization({
  reads: getPluginPolicies,
  asks: () => ({}),
  pick: (policies) => policies,
});
