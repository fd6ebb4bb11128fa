import { organizationInReach, projectInReach } from '../access.ts';
import { type Call, type Route, required } from '../call.ts';
import { PlatformFailure } from '../failures.ts';
import { emailMember, textsMember } from '../members.ts';
import { type OrderKeys, type Page, pageOf } from '../pages.ts';
import { type Member, PROJECT_ROLES, type Role } from '../people.ts';
import type { Project } from '../project.ts';
import { rolesAsked } from '../roleTypes.ts';
import type { Roster } from '../roster.ts';
import { toUuid } from '../uuids.ts';
import { MANAGERS } from './managers.ts';

const BASE = '/v2/accessControl';

/** Platform-api.md section 2.13: people, roles and policies. */
export const MEMBER_ROUTES: readonly Route[] = [
  { method: 'GET', path: `${BASE}/projects/roles`, accepts: MANAGERS, answer: listRoles },
  { method: 'GET', path: `${BASE}/projects/members`, accepts: MANAGERS, answer: listProjectMembers },
  { method: 'GET', path: `${BASE}/organizations/members`, accepts: MANAGERS, answer: listOrganizationMembers },
  { method: 'GET', path: `${BASE}/organization/plugin-runtime-policies`, accepts: MANAGERS, answer: getPolicies },
  { method: 'POST', path: `${BASE}/projects/members`, accepts: MANAGERS, creates: true, answer: inviteMember },
  { method: 'DELETE', path: `${BASE}/projects/{project}/members/{user}`, accepts: MANAGERS, answer: removeMember },
];

function listRoles(call: Call): object {
  targetProject(call);
  const roles = rolesAsked(call)(Object.values(PROJECT_ROLES));
  return listed(call, 'roles', pageOf(call, roles, { name: ({ name }) => name }));
}

function listProjectMembers(call: Call): object {
  return listMembers(call, targetProject(call).details.roster, { name: nameOf });
}

function listOrganizationMembers(call: Call): object {
  const organization = organizationInReach(call.grant, required(call.query('organizationId'), 'organizationId'), 2006);
  return listMembers(call, organization.roster, { email: ({ person }) => person.email });
}

/** Members with the roles that were asked for; no user id (section 2.13). */
function listMembers(call: Call, roster: Roster, keys: OrderKeys<Member>): object {
  const asked = rolesAsked(call);
  const members = roster.all().flatMap(({ person, roles }) => {
    const shown = asked(roles);
    return shown.length > 0 ? [{ person, roles: shown }] : [];
  });
  const page = pageOf(call, members, keys);
  const items = page.items.map(({ person, roles }) => ({ email: person.email, roles }));
  return listed(call, 'members', { ...page, items });
}

/** The list alone, or with the totals that other lists of the family have. */
function listed({ settings }: Call, key: string, { items, count, pages }: Page<object>): object {
  return settings.memberTotals ? { count, pages, [key]: items } : { [key]: items };
}

/** Who has no name is ordered by address. */
function nameOf({ person }: Member): string {
  return person.name ?? person.email;
}

/** Without policies, a message under a success: `messages` is an object here (section 3.1, E). */
function getPolicies(call: Call): object {
  const { policies } = organizationInReach(call.grant, call.targetOrganizationId ?? '', 2006);
  if (!policies) return { messages: { description: 'The organization has no plugin runtime policies' } };
  const { chatSharing, externalExecution } = policies;
  return { policies: { chatSharingPermissions: chatSharing, externalExecutionPermissions: externalExecution } };
}

/** An e-mail goes out; membership begins when it is accepted, in the console. */
function inviteMember(call: Call): object {
  const { roster } = targetProject(call).details;
  const members = call.members();
  const email = required(emailMember(members, 'userEmail'), 'userEmail');
  const roles = textsMember(members, 'roles').map(roleNamed);
  if (roles.length === 0) throw new PlatformFailure(9, 'roles');
  if (roster.memberAt(email)) throw new PlatformFailure(409, 'the user is a member');
  roster.invite(email, roles, Date.now());
  return {};
}

/** By name or id. */
function roleNamed(text: string): Role {
  const id = toUuid(text);
  const role = Object.values(PROJECT_ROLES).find((candidate) => candidate.id === id || candidate.name === text);
  if (!role) throw new PlatformFailure(11, 'roles');
  return role;
}

function removeMember(call: Call): object {
  const { roster } = namedProject(call).details;
  if (!roster.remove(call.part('user').toLowerCase())) throw new PlatformFailure(404, 'no member has this id');
  return {};
}

function namedProject({ grant, part }: Call): Project {
  const name = part('project');
  return projectInReach(grant, toUuid(name) ?? grant.organization.projectNamed(name)?.id ?? name);
}

function targetProject({ grant, targetProjectId }: Call): Project {
  return projectInReach(grant, required(targetProjectId, 'project-id'));
}
