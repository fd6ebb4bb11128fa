import { named } from '../cost/estimator.ts';
import { NOWHERE } from '../cost/parentScope.ts';
import { type AdministratorCredential, asAdministrator } from '../credentials/administrators.ts';
import type { PageNumber, PlatformPage } from '../platform/client/pages.ts';
import { listOrganizations, type OrganizationRecord } from '../platform/resources/organizations.ts';
import type { Source } from './source.ts';

interface Search extends PageNumber {
  readonly search: string | null;
}

/** A page of the organizations of the platform, as it pages them. Each credential that may be an administrator's is tried. */
export const platformOrganizations: Source<unknown, Search, PlatformPage<OrganizationRecord>> = {
  takes: 'ADMINISTRATOR',
  plan: ({ path, args }, _scope, estimator) => {
    estimator.identify();
    const asked = estimator.keyOf(args);
    estimator.counter.addOnce(listOrganizations.name, named([asked]), path, estimator.caller.tokens);
    return NOWHERE;
  },
  read: async (loaders, _platform, { page, search }) => {
    const ask = (administrator: AdministratorCredential) =>
      loaders.read(administrator, listOrganizations, { page, search });
    return (await asAdministrator(loaders.credentials, ask)).answer;
  },
};
