import { pageSize } from '../src/cost/arguments.ts';
import { NOWHERE } from '../src/cost/parentScope.ts';
import type { MutationResolvers, QueryOrganizationsArgs, QueryResolvers } from '../src/generated/resolvers.ts';
import { platformOrganizations } from '../src/loaders/organizations.ts';
import type { Mutations } from '../src/mutations/mutation.ts';
import { createOrganization } from '../src/organizations/create.ts';
import { deleteOrganization } from '../src/organizations/delete.ts';
import { lazyPages } from '../src/request/paging/lazyPages.ts';
import type { Fields } from '../src/request/resolverTypes.ts';
import { readText } from './input.ts';

export const Query: Fields<Pick<QueryResolvers, 'organizations'>> = {
  organizations: lazyPages('organizations', platformOrganizations, {
    asks: ({ search }: QueryOrganizationsArgs) => ({ search: search ? readText('search', search) : null }),
    below: (field) => ({ ...NOWHERE, count: pageSize(field) }),
  }),
};

/** Payloads hold all that their types have. */
export const Mutation: Mutations<Pick<MutationResolvers, 'createOrganization' | 'deleteOrganization'>> = {
  createOrganization,
  deleteOrganization,
};
