import type { Accepts } from '../access.ts';
import { type Call, countOf, type Route } from '../call.ts';
import { PlatformFailure } from '../failures.ts';
import type { Organization } from '../organization.ts';
import type { OAuthUser } from '../platform.ts';
import { toUuid } from '../uuids.ts';

/** The older of two revisions that disagree (section 1.4) also takes an organization token. */
const MANAGERS: Accepts = { organization: true, project: false, oauth: 'yes' };

const DEFAULT_PAGE_SIZE = 20;

/** Every user has this role in every project that they may access. */
const ROLE = {
  id: '6d5c4b3a-2918-4706-95f4-e3d2c1b0a9aa',
  name: 'Project administrator',
  externalId: '',
  type: 'backend',
  origin: 'system',
};

/** Platform-api.md section 2.13: what a person, named by e-mail, belongs to. */
export const MEMBERSHIP_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v2/accessControl/memberships', accepts: MANAGERS, answer: organizationMemberships },
  { method: 'GET', path: '/v2/accessControl/projects/memberships', accepts: MANAGERS, answer: projectMemberships },
];

function organizationMemberships(call: Call): object {
  const { organization } = call.grant;
  const name = call.query('organizationName');
  const user = personOf(call, 'email');
  const isAsked = user !== undefined && (name === undefined || name === organization.name);
  const items = isAsked ? [organizationItem(call, user)] : [];
  return pageOf(
    call,
    call.settings.membershipShape === 'current' ? 'organizations' : 'organizationsMemberships',
    items,
  );
}

function projectMemberships(call: Call): object {
  const { organization } = call.grant;
  if (toUuid(call.targetOrganizationId ?? '') !== organization.id) throw new PlatformFailure(2006);
  const user = personOf(call, 'userEmail');
  return pageOf(call, projectsKey(call), user ? projectItems(organization, user) : []);
}

function projectsKey({ settings }: Call): string {
  return settings.membershipShape === 'current' ? 'projects' : 'projectsMemberships';
}

function organizationItem(call: Call, user: OAuthUser): object {
  const { organization } = call.grant;
  const { id, name } = organization;
  const item = { organizationId: id, organizationName: name, [projectsKey(call)]: projectItems(organization, user) };
  return call.settings.membershipShape === 'current' ? { isStationAvailable: true, ...item } : item;
}

function projectItems(organization: Organization, user: OAuthUser): object[] {
  return [...user.projectIds].flatMap((projectId) => {
    const project = organization.project(projectId);
    if (!project) return [];
    return {
      organizationId: organization.id,
      organizationName: organization.name,
      projectId,
      projectName: project.name,
      projectDescription: project.description,
      roles: [ROLE],
    };
  });
}

/** The user with that address, in any casing; undefined when the organization has none. */
function personOf({ platform, grant, query }: Call, member: 'email' | 'userEmail'): OAuthUser | undefined {
  const email = query(member);
  if (email === undefined) throw new PlatformFailure(9, member);
  return platform.userOf(grant.organization, email);
}

function pageOf(call: Call, key: string, items: readonly object[]): object {
  const size = countOf(call, 'pageSize') || DEFAULT_PAGE_SIZE;
  const start = ((countOf(call, 'startPage') || 1) - 1) * size;
  return { count: items.length, pages: Math.ceil(items.length / size), [key]: items.slice(start, start + size) };
}
