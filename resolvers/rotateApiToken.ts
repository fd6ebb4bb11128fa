import { type RotationOutcome, rotateApiToken } from '../src/apiTokens/rotate.ts';
import type { MutationResolvers, RotateApiTokenPayloadResolvers } from '../src/generated/resolvers.ts';
import type { Mutations } from '../src/mutations/mutation.ts';
import type { ApiTokenRecord } from '../src/platform/resources/apiTokens.ts';
import { type Complete, declared, free } from '../src/request/resolverTypes.ts';
import { createdToken, rereadForTimeCost } from './apiToken.ts';
import { toApiTokenModel } from './models.ts';

export const Mutation: Mutations<Pick<MutationResolvers, 'rotateApiToken'>> = { rotateApiToken };

export const RotateApiTokenPayload: Complete<RotateApiTokenPayloadResolvers, Omit<RotationOutcome, 'secret'>> = {
  apiToken: declared(
    { cost: rereadForTimeCost },
    async ({ place, successor }, _args, context, info) =>
      place && successor && createdToken(asCreated(place, successor), context, info),
  ),
  oldApiToken: free(({ place, old }) => (place && old ? modelOf(old, place) : null)),
  secret: free(({ secret }) => secret?.reveal() ?? null),
};

type Place = NonNullable<RotationOutcome['place']>;

function asCreated({ projectId, manager }: Place, { token, mark }: NonNullable<RotationOutcome['successor']>) {
  return { ...token, mark, projectId, organizationId: manager.organizationId };
}

function modelOf(record: ApiTokenRecord, { projectId, manager }: Place) {
  return toApiTokenModel(record, { id: projectId, organizationId: manager.organizationId });
}
