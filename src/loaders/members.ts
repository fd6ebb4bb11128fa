import type { PlatformPage } from '../platform/client/pages.ts';
import {
  listOrganizationMembers,
  listProjectMembers,
  listProjectMemberships,
  listProjectRoles,
  type MemberRecord,
  type MemberRoleRecord,
  type ProjectMembershipRecord,
} from '../platform/resources/members.ts';
import { onePage, type PagedArguments, perOrganization, perProject } from './source.ts';

/** A page of the people of a project, as the platform pages them. */
export const projectMembers = perProject({
  takes: 'ORGANIZATION',
  reads: listProjectMembers,
  asks: onePage,
  pick: (page: PlatformPage<MemberRecord>) => page,
});

/** A page of the roles of a project. */
export const projectRoles = perProject({
  takes: 'ORGANIZATION',
  reads: listProjectRoles,
  asks: onePage,
  pick: (page: PlatformPage<MemberRoleRecord>) => page,
});

/** A page of the people of an organization. */
export const organizationMembers = perOrganization({
  reads: listOrganizationMembers,
  asks: onePage,
  pick: (page: PlatformPage<MemberRecord>) => page,
});

/** A page of the projects of an organization that a person belongs to. */
export const organizationMemberships = perOrganization({
  reads: listProjectMemberships,
  asks: ({ page, email }: PagedArguments & { readonly email: string }) => ({ ...onePage({ page }), email }),
  pick: (page: PlatformPage<ProjectMembershipRecord>) => page,
});
