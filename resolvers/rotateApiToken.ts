import { type RotationOutcome, rotateToken } from '../src/apiTokens/rotate.ts';
import type { MutationResolvers, RotateApiTokenPayloadResolvers } from '../src/generated/resolvers.ts';
import type { ApiTokenRecord } from '../src/platform/resources/apiTokens.ts';
import type { Complete } from '../src/request/resolverTypes.ts';
import { createdToken } from './apiToken.ts';
import { toApiTokenModel } from './models.ts';

export const Mutation: Pick<MutationResolvers, 'rotateApiToken'> = {
  rotateApiToken: (_root, { input }, context) => rotateToken(context, input),
};

export const RotateApiTokenPayload: Complete<RotateApiTokenPayloadResolvers, Omit<RotationOutcome, 'secret'>> = {
  apiToken: async ({ place, successor }, _args, context, info) =>
    place && successor && createdToken(asCreated(place, successor), context, info),
  oldApiToken: ({ place, old }) => (place && old ? modelOf(old, place) : null),
  secret: ({ secret }) => secret?.reveal() ?? null,
};

type Place = NonNullable<RotationOutcome['place']>;

function asCreated({ projectId, manager }: Place, { token, mark }: NonNullable<RotationOutcome['successor']>) {
  return { ...token, mark, projectId, organizationId: manager.organizationId };
}

function modelOf(record: ApiTokenRecord, { projectId, manager }: Place) {
  return toApiTokenModel(record, { id: projectId, organizationId: manager.organizationId });
}
