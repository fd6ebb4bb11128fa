import { items, key, optionalText, optionalUuid, readUnstated, uuid, type Wire, wire } from '../client/decode.ts';
import { write } from '../client/endpoint.ts';
import type { ListShape } from '../client/lists.ts';
import { readPages } from '../client/pages.ts';

type MemberRoleKind = 'BACKEND' | 'FRONTEND' | 'UNRECOGNIZED';

/** A role by its name: installations add roles of their own. */
interface MemberRoleRecord {
  readonly name: string;
  readonly kind: MemberRoleKind;
  readonly origin: string | null;
  readonly externalId: string | null;
}

/** Somebody who belongs to a project or an organization. Personal data: nothing of it is kept, logged or part of a cursor. */
export interface MemberRecord {
  readonly email: string;
  readonly roles: readonly MemberRoleRecord[];
}

/**
 * Credentials that may read people and roles. No source says that a project token may (platform-api.md 1.4). Not trying it
 * shows callers which token to present.
 */
const MANAGERS = ['organization', 'oauth'] as const;

/** Pages stay the same only in a stated order, and the platform's own falls. */
const RISING = { orderDirection: 'asc' } as const;

/** The people of a project, by name. */
export const listProjectMembers = readPages({
  route: 'GET /v2/accessControl/projects/members',
  accepts: MANAGERS,
  target: 'project',
  family: 'members',
  query: () => ({ orderKey: 'name', ...RISING }),
  ...memberList(),
});

/** The people of an organization, by e-mail address. The target is in the query here (platform-api.md 2.13). */
export const listOrganizationMembers = readPages({
  route: 'GET /v2/accessControl/organizations/members',
  accepts: MANAGERS,
  family: 'members',
  query: ({ organizationId }: { readonly organizationId: string }) => ({
    organizationId,
    orderKey: 'email',
    ...RISING,
  }),
  ...memberList(),
});

/** The roles that members of a project may have, by name. */
export const listProjectRoles = readPages({
  route: 'GET /v2/accessControl/projects/roles',
  accepts: MANAGERS,
  target: 'project',
  family: 'members',
  query: () => ({ orderKey: 'name', ...RISING }),
  total: 'count',
  list: listOf('roles'),
  element: toRole,
});

/** Rights of a person in a project. */
export interface ProjectMembershipRecord {
  readonly projectId: string;
  readonly organizationId: string | null;
  readonly roles: readonly MemberRoleRecord[];
}

/**
 * The projects of an organization that a person belongs to, by name: `projectName` is what the vendor's client sends, and the list
 * has two spellings (platform-api.md 2.13).
 */
export const listProjectMemberships = readPages({
  route: 'GET /v2/accessControl/projects/memberships',
  accepts: MANAGERS,
  target: 'organization',
  family: 'members',
  query: ({ email }: { readonly email: string }) => ({ userEmail: email, orderKey: 'projectName', ...RISING }),
  total: 'count',
  list: { element: 'membership', keys: ['projects', 'projectsMemberships'], beside: ['pages'] },
  element: (from): ProjectMembershipRecord => ({
    projectId: uuid(from, 'projectId'),
    organizationId: optionalUuid(from, 'organizationId'),
    roles: rolesOf(from),
  }),
});

interface InvitationDraft {
  readonly userEmail: string;
  /** Names or ids of roles. */
  readonly roles: readonly string[];
}

/** Invites somebody to a project by e-mail. Nothing lists invitations, and membership begins when one is accepted. */
export const inviteProjectMember = write({
  route: 'POST /v2/accessControl/projects/members',
  accepts: MANAGERS,
  target: 'project',
  changes: ['members'],
  body: ({ userEmail, roles }: InvitationDraft) => ({ userEmail, roles }),
  decode: readUnstated,
});

/** Removes a user from a project, by an id that lists of members leave out. */
export const removeProjectMember = write({
  route: 'DELETE /v2/accessControl/projects/{projectId}/members/{userId}',
  accepts: MANAGERS,
  changes: ['members'],
  isAbsentOn404: true,
  decode: readUnstated,
});

/** Answers may tell totals or leave them out (platform-api.md 2.13). */
function memberList() {
  return { total: 'count', list: listOf('members'), element: toMember } as const;
}

function listOf(name: 'members' | 'roles'): ListShape {
  return { element: name.slice(0, -1), keys: [name], beside: ['pages'] };
}

function toMember(from: Wire): MemberRecord {
  return { email: key(from, 'email'), roles: rolesOf(from) };
}

function rolesOf(from: Wire): MemberRoleRecord[] {
  return items(from.roles, 'roles').map((role) => toRole(wire(role, 'role')));
}

const KINDS = new Map<string, MemberRoleKind>([
  ['backend', 'BACKEND'],
  ['frontend', 'FRONTEND'],
]);

function toRole(from: Wire): MemberRoleRecord {
  return {
    name: key(from, 'name'),
    kind: KINDS.get(optionalText(from, 'type')?.toLowerCase() ?? '') ?? 'UNRECOGNIZED',
    origin: optionalText(from, 'origin'),
    externalId: optionalText(from, 'externalId'),
  };
}
