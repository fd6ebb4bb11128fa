import type { MutationResolvers, ProjectInvitationResolvers } from '../src/generated/resolvers.ts';
import { type Invitation, inviteProjectMember } from '../src/members/invite.ts';
import { removeProjectMember } from '../src/members/remove.ts';
import type { Mutations } from '../src/mutations/mutation.ts';
import type { Complete } from '../src/request/resolverTypes.ts';
import { linkToProject } from './projectRef.ts';

export type { Invitation as ProjectInvitationModel } from '../src/members/invite.ts';

export const Mutation: Mutations<Pick<MutationResolvers, 'inviteProjectMember' | 'removeProjectMember'>> = {
  inviteProjectMember,
  removeProjectMember,
};

export const ProjectInvitation: Complete<ProjectInvitationResolvers, Invitation> = {
  project: linkToProject,
};
