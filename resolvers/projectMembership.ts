import { pageSize } from '../src/cost/arguments.ts';
import { inside } from '../src/cost/parentScope.ts';
import type { OrganizationProjectMembershipsArgs, ProjectMembershipResolvers } from '../src/generated/resolvers.ts';
import { perOrganization } from '../src/loaders/source.ts';
import { listProjectMemberships, type ProjectMembershipRecord } from '../src/platform/resources/members.ts';
import { lazyPages } from '../src/request/paging/lazyPages.ts';
import type { Complete } from '../src/request/resolverTypes.ts';
import { readEmail } from './input.ts';
import { linkToProject } from './projectRef.ts';

export type { ProjectMembershipRecord as ProjectMembershipModel } from '../src/platform/resources/members.ts';

export const projectMemberships = lazyPages('projectMemberships', perOrganization(listProjectMemberships), {
  asks: ({ email }: OrganizationProjectMembershipsArgs) => ({ email: readEmail('email', email) }),
  below: (field, { count }) => inside({ ids: null, key: field.key, size: count * pageSize(field), isListed: false }),
});

export const ProjectMembership: Complete<ProjectMembershipResolvers, ProjectMembershipRecord> = {
  project: linkToProject,
};
