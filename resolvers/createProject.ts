import type {
  CreateProjectPayloadResolvers,
  IssuedApiTokenResolvers,
  MutationResolvers,
} from '../src/generated/resolvers.ts';
import { createNewProject, type IssuedToken, type ProjectCreationOutcome } from '../src/projects/create.ts';
import type { Complete } from '../src/request/resolverTypes.ts';
import { createdToken } from './apiToken.ts';

export const Mutation: Pick<MutationResolvers, 'createProject'> = {
  createProject: (_root, { input }, context) => createNewProject(context, input),
};

/** Everything is in the outcome. The empty map is the proof: it would not compile otherwise. */
export const CreateProjectPayload: Complete<CreateProjectPayloadResolvers, ProjectCreationOutcome> = {};

export const IssuedApiToken: Complete<IssuedApiTokenResolvers, Omit<IssuedToken, 'secret'>> = {
  apiToken: ({ created }, _args, context, info) => createdToken(created, context, info),
  secret: ({ secret }) => secret?.reveal() ?? null,
};
