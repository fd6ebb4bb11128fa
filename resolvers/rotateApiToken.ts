import type { Issued } from '../src/apiTokens/issue.ts';
import { type RotationOutcome, rotateApiToken } from '../src/apiTokens/rotate.ts';
import type { ProjectScope } from '../src/apiTokens/scope.ts';
import type { MutationResolvers, RotateApiTokenPayloadResolvers } from '../src/generated/resolvers.ts';
import type { Mutations } from '../src/mutations/mutation.ts';
import type { ApiTokenRecord } from '../src/platform/resources/apiTokens.ts';
import { type Complete, declared, free } from '../src/request/resolverTypes.ts';
import { createdToken, rereadForTimeCost } from './apiToken.ts';
import { toApiTokenModel } from './models.ts';

export type { RotationOutcome as RotateApiTokenPayloadModel } from '../src/apiTokens/rotate.ts';

export const Mutation: Mutations<Pick<MutationResolvers, 'rotateApiToken'>> = { rotateApiToken };

export const RotateApiTokenPayload: Complete<RotateApiTokenPayloadResolvers, Omit<RotationOutcome, 'secret'>> = {
  apiToken: declared(
    { cost: rereadForTimeCost },
    async ({ scope, successor }, _args, context, info) =>
      scope && successor && createdToken(asCreated(scope, successor), context, info),
  ),
  oldApiToken: free(({ scope, old }) => (scope && old ? modelOf(old, scope) : null)),
  secret: free(({ secret }) => secret?.reveal() ?? null),
};

function asCreated({ projectId, manager }: ProjectScope, { token, tokenHash }: Issued) {
  return { ...token, tokenHash, projectId, organizationId: manager.organizationId };
}

function modelOf(record: ApiTokenRecord, { projectId, manager }: ProjectScope) {
  return toApiTokenModel(record, { id: projectId, organizationId: manager.organizationId });
}
