import { getPluginPolicies } from '../platform/resources/pluginPolicies.ts';
import { perOrganization } from './source.ts';

/** Rights of an organization's plugins at run time. */
export const organizationPluginPolicies = perOrganization({
  reads: getPluginPolicies,
  asks: () => ({}),
  pick: (policies) => policies,
});
