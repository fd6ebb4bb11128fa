import type { Accepts } from '../access.ts';
import { type Call, oneOf, type Route, required } from '../call.ts';
import { PlatformFailure } from '../failures.ts';
import { emailMember, nameMember } from '../members.ts';
import type { EmulatorSettings } from '../options.ts';
import type { Organization } from '../organization.ts';
import { pageOf } from '../pages.ts';
import { toUuid } from '../uuids.ts';

/** Users with one role; another source names an organization token (platform-api.md section 1.4). */
const SYSTEM_ADMINISTRATORS: Accepts = {
  organization: ({ adminOrganizationTokens }) => adminOrganizationTokens,
  project: false,
  oauth: true,
  systemAdministrator: true,
};

const PATH = '/v2/admin/organizations';
const ACCEPTED = { accepts: SYSTEM_ADMINISTRATORS } as const;

/** Platform-api.md section 2.1. There is no way to read one organization, or to change it. */
export const ORGANIZATION_ROUTES: readonly Route[] = [
  { ...ACCEPTED, method: 'POST', path: PATH, creates: true, answer: createOrganization },
  { ...ACCEPTED, method: 'GET', path: PATH, answer: listOrganizations },
  { ...ACCEPTED, method: 'DELETE', path: `${PATH}/{organization}`, answer: deleteOrganization },
];

/** How the name of an organization compares with a filter; that is not stated (section 2.1). */
const MATCHES: Record<EmulatorSettings['organizationFilter'], (name: string, value: string) => boolean> = {
  contains: (name, value) => name.toLowerCase().includes(value.toLowerCase()),
  startsWith: (name, value) => name.toLowerCase().startsWith(value.toLowerCase()),
  exact: (name, value) => name === value,
};

function createOrganization({ platform, members: readMembers }: Call): object {
  const members = readMembers();
  const name = nameMember(members, 11);
  const email = required(emailMember(members, 'administratorUserEmail'), 'administratorUserEmail');
  if (platform.organizations().some((organization) => organization.name === name)) throw new PlatformFailure(2003);
  return organizationItem(platform.createOrganization(name, email));
}

/** A value without its key filters by nothing, and so does a key without a value (section 5, trap 24). */
function listOrganizations(call: Call): object {
  const value = call.query('filterValue');
  const isFiltered = oneOf(call, 'filterKey', ['name']) !== undefined && value !== undefined;
  const matches = MATCHES[call.settings.organizationFilter];
  const all = call.platform.organizations();
  const found = isFiltered ? all.filter(({ name }) => matches(name, value)) : all;
  const { items, count, pages } = pageOf(call, found, { name: ({ name }) => name });
  return { count, pages, organizations: items.map(organizationItem) };
}

function deleteOrganization({ platform, settings, part }: Call): object {
  const id = toUuid(part('organization'));
  if (id === undefined) throw new PlatformFailure(2001);
  const organization = platform.organization(id);
  if (!organization) throw new PlatformFailure(2004);
  platform.deleteOrganization(organization);
  return settings.deletedOrganization === 'status' ? { status: 'deleted' } : {};
}

function organizationItem({ id, name }: Organization): object {
  return { organizationId: id, organizationName: name };
}
