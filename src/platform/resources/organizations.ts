import { optionalText, readUnstated, uuid, type Wire, wire } from '../client/decode.ts';
import { write } from '../client/endpoint.ts';
import { readPages } from '../client/pages.ts';

export interface OrganizationRecord {
  readonly id: string;
  /** Null when the answer does not tell. */
  readonly name: string | null;
}

export interface OrganizationDraft {
  readonly name: string;
  readonly administratorUserEmail: string;
}

/** Users who are system administrators; one source names organization tokens (platform-api.md 1.4). */
const ADMINISTRATORS = ['oauth', 'organization'] as const;

/**
 * Organizations by name, all of them or those that a filter finds. The way of comparing is not stated (platform-api.md 2.1).
 */
export const listOrganizations = readPages({
  route: 'GET /v2/admin/organizations',
  accepts: ADMINISTRATORS,
  family: 'organizations',
  query: ({ search }: { readonly search: string | null }) => ({
    // The platform's own order falls.
    ...{ orderKey: 'name', orderDirection: 'asc' },
    ...(search === null ? {} : { filterKey: 'name', filterValue: search }),
  }),
  total: 'count',
  list: { element: 'organization', keys: ['organizations'], beside: ['pages'] },
  element: toOrganization,
});

/** Creates an organization. The platform refuses a name that another one has. */
export const createOrganization = write({
  route: 'POST /v2/admin/organizations',
  accepts: ADMINISTRATORS,
  changes: ['organizations'],
  body: ({ name, administratorUserEmail }: OrganizationDraft) => ({ name, administratorUserEmail }),
  decode: (body) => toOrganization(wire(body, 'new organization')),
});

/** Deletes an organization with all that is in it. */
export const deleteOrganization = write({
  route: 'DELETE /v2/admin/organizations/{organizationId}',
  accepts: ADMINISTRATORS,
  changes: [
    ...(['organizations', 'projects', 'apiTokens', 'assistants'] as const),
    ...(['requests', 'usageLimits', 'members', 'analytics'] as const),
  ],
  isAbsentOn404: true,
  decode: readUnstated,
});

function toOrganization(from: Wire): OrganizationRecord {
  return { id: uuid(from, 'organizationId'), name: optionalText(from, 'organizationName') };
}
