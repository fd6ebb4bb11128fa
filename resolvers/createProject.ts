import type {
  CreateProjectPayloadResolvers,
  IssuedApiTokenResolvers,
  MutationResolvers,
} from '../src/generated/resolvers.ts';
import type { Mutations } from '../src/mutations/mutation.ts';
import { createProject, type IssuedToken, type ProjectCreationOutcome } from '../src/projects/create.ts';
import { type Complete, declared, free } from '../src/request/resolverTypes.ts';
import { createdToken, rereadForTimeCost } from './apiToken.ts';

export type {
  IssuedToken as IssuedApiTokenModel,
  ProjectCreationOutcome as CreateProjectPayloadModel,
} from '../src/projects/create.ts';

export const Mutation: Mutations<Pick<MutationResolvers, 'createProject'>> = { createProject };

/** Everything is in the outcome. The empty map is the proof: it would not compile otherwise. */
export const CreateProjectPayload: Complete<CreateProjectPayloadResolvers, ProjectCreationOutcome> = {};

export const IssuedApiToken: Complete<IssuedApiTokenResolvers, Omit<IssuedToken, 'secret'>> = {
  apiToken: declared({ cost: rereadForTimeCost }, ({ created }, _args, context, info) =>
    createdToken(created, context, info),
  ),
  secret: free(({ secret }) => secret?.reveal() ?? null),
};
