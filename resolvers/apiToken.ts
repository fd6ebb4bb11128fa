import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import {
  blockApiToken,
  type ChangeOutcome,
  revokeApiToken,
  unblockApiToken,
  updateApiToken,
} from '../src/apiTokens/change.ts';
import { type CreatedToken, type CreationOutcome, createApiToken } from '../src/apiTokens/create.ts';
import { readToken } from '../src/cost/arguments.ts';
import { named } from '../src/cost/estimator.ts';
import { type Cost, withTokenLists } from '../src/cost/parentScope.ts';
import type {
  ApiTokenResolvers,
  BlockApiTokenPayloadResolvers,
  CreateApiTokenPayloadResolvers,
  MutationResolvers,
  QueryResolvers,
  RevokeApiTokenPayloadResolvers,
  UnblockApiTokenPayloadResolvers,
  UpdateApiTokenPayloadResolvers,
} from '../src/generated/resolvers.ts';
import { MaskedTokensError } from '../src/loaders/apiTokens.ts';
import type { Mutations } from '../src/mutations/mutation.ts';
import type { RequestContext } from '../src/request/context.ts';
import { type EntityResolver, idOf, loadReferences } from '../src/request/entityReferences.ts';
import { tokensCost } from '../src/request/fields.ts';
import { type Complete, declared, type Fields, free } from '../src/request/resolverTypes.ts';
import { selectedFields } from '../src/request/selection.ts';
import type { ApiTokenHandle } from '../src/values/ids.ts';
import { toResult, toResults } from '../src/values/result.ts';
import { refuseId } from './input.ts';
import { type ApiTokenModel, toApiTokenModel } from './models.ts';
import { linkToProject } from './projectRef.ts';
import { apiTokenUsage, tokenUsageCost } from './usage.ts';

export type {
  ChangeOutcome as BlockApiTokenPayloadModel,
  ChangeOutcome as UnblockApiTokenPayloadModel,
  ChangeOutcome as RevokeApiTokenPayloadModel,
  ChangeOutcome as UpdateApiTokenPayloadModel,
} from '../src/apiTokens/change.ts';
export type { CreationOutcome as CreateApiTokenPayloadModel } from '../src/apiTokens/create.ts';

const apiTokenCost: Cost = (field, _scope, { estimator, ids }) => {
  const handle = readToken(field.args()?.id, ids);
  return handle && withTokenLists(named([handle.projectId]), field, estimator);
};

export const Query: Fields<Pick<QueryResolvers, 'apiToken'>> = {
  apiToken: declared({ cost: apiTokenCost, takes: 'ORGANIZATION' }, (_root, { id }, context) =>
    tokenByHandle(readHandle(id, context), context),
  ),
};

export const ApiToken: Complete<ApiTokenResolvers, Omit<ApiTokenModel, 'id'>> = {
  id: free((token, _args, { ids }) =>
    token.handle ? ids.writeApiTokenId(token.handle) : ids.apiTokenId(token.projectId, token),
  ),
  hint: free(({ secret }) => secret.hint),
  isManageable: free(({ secret }) => secret.form === 'whole'),
  usage: declared({ cost: tokenUsageCost, takes: 'PROJECT' }, apiTokenUsage),
  project: linkToProject,
};

export const Mutation: Mutations<
  Pick<MutationResolvers, 'createApiToken' | 'blockApiToken' | 'unblockApiToken' | 'revokeApiToken' | 'updateApiToken'>
> = {
  createApiToken,
  blockApiToken,
  unblockApiToken,
  revokeApiToken,
  updateApiToken,
};

/** Cost of a created token: the answer to its creation has everything but the time. */
export const rereadForTimeCost: Cost = (field, scope, circumstances) =>
  field.names().has('createdAt') ? tokensCost(field, scope, circumstances) : scope;

export const CreateApiTokenPayload: Complete<CreateApiTokenPayloadResolvers, Omit<CreationOutcome, 'secret'>> = {
  apiToken: declared(
    { cost: rereadForTimeCost },
    async ({ created }, _args, context, info) => created && createdToken(created, context, info),
  ),
  secret: free(({ secret }) => secret?.reveal() ?? null),
};

/** A token just created. Its creation time is only in the list, which is read if the time is selected. */
export async function createdToken(
  created: CreatedToken,
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<ApiTokenModel> {
  const isWanted = created.createdAt === null && selectedFields(info).has('createdAt');
  const listed = isWanted ? await toResult(() => relisted(created, context)) : null;
  const createdAt = listed instanceof Error || !listed ? created.createdAt : listed.createdAt;
  const { projectId, organizationId, tokenHash } = created;
  return toApiTokenModel({ ...created, createdAt }, { id: projectId, organizationId }, { projectId, tokenHash });
}

/** State after a change, read from the platform only if it is selected. */
const changedToken: Complete<
  BlockApiTokenPayloadResolvers & UnblockApiTokenPayloadResolvers & RevokeApiTokenPayloadResolvers,
  ChangeOutcome
> = {
  apiToken: declared({ cost: tokensCost }, ({ handle }, _args, context) => handle && tokenByHandle(handle, context)),
};

export const BlockApiTokenPayload = changedToken;
export const UnblockApiTokenPayload = changedToken;
export const RevokeApiTokenPayload = changedToken;
export const UpdateApiTokenPayload: Complete<UpdateApiTokenPayloadResolvers, ChangeOutcome> = changedToken;

/** Tokens by reference: one list per project, however many (design.md 5). */
export const resolveApiTokens: EntityResolver = (references, context) =>
  loadReferences(
    references,
    (reference) => readHandle(idOf(reference), context),
    (handles) => toResults(handles, (handle) => tokenByHandle(handle, context)),
  );

async function tokenByHandle(handle: ApiTokenHandle, context: RequestContext): Promise<ApiTokenModel | null> {
  const record = await toResult(() => context.loaders.apiTokens.byHandle(handle));
  if (record instanceof MaskedTokensError) throw maskedTokens();
  if (record instanceof Error) throw record;
  const project = { id: handle.projectId, organizationId: null };
  return record && toApiTokenModel(record, project, context.ids.renewed(handle, record));
}

function relisted({ projectId, tokenHash }: CreatedToken, { loaders }: RequestContext) {
  return loaders.apiTokens.byHandle({ projectId, tokenHash });
}

function readHandle(id: string, { ids }: RequestContext): ApiTokenHandle {
  return ids.readApiTokenId(id) ?? refuseId('it takes the `id` of an `ApiToken`.');
}

function maskedTokens(): GraphQLError {
  return new GraphQLError(
    'The platform masks token values in its lists, so this id cannot be resolved. Search the token in `Project.apiTokens`.',
    { extensions: { code: 'FORBIDDEN' } },
  );
}
