import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { blockToken, type ChangeOutcome, describeToken, revokeToken, unblockToken } from '../src/apiTokens/change.ts';
import { type CreatedToken, type CreationOutcome, createToken } from '../src/apiTokens/create.ts';
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
import type { RequestContext } from '../src/request/context.ts';
import { type EntityResolver, loadReferences } from '../src/request/entityReferences.ts';
import type { Complete } from '../src/request/resolverTypes.ts';
import { selectedFields } from '../src/request/selection.ts';
import type { ApiTokenHandle } from '../src/values/ids.ts';
import { settle } from '../src/values/result.ts';
import { readId } from './input.ts';
import { type ApiTokenModel, toApiTokenModel } from './models.ts';
import { linkedProject } from './projectRef.ts';
import { apiTokenUsage } from './usage.ts';

export const Query: Pick<QueryResolvers, 'apiToken'> = {
  apiToken: (_root, { id }, context) => tokenByHandle(readHandle(id, context), context),
};

export const ApiToken: Complete<ApiTokenResolvers, Omit<ApiTokenModel, 'id'>> = {
  id: (token, _args, { ids }) =>
    token.handle ? ids.writeApiTokenId(token.handle) : ids.apiTokenId(token.projectId, token),
  hint: ({ secret }) => secret.hint,
  isManageable: ({ secret }) => secret.form === 'whole',
  usage: apiTokenUsage,
  project: ({ projectId, organizationId }, _args, context, info) =>
    linkedProject({ id: projectId, organizationId }, context, info),
};

export const Mutation: Pick<
  MutationResolvers,
  'createApiToken' | 'blockApiToken' | 'unblockApiToken' | 'revokeApiToken' | 'updateApiToken'
> = {
  createApiToken: (_root, { input }, context) => createToken(context, input),
  blockApiToken: (_root, { input }, context) => blockToken(context, input),
  unblockApiToken: (_root, { input }, context) => unblockToken(context, input),
  revokeApiToken: (_root, { input }, context) => revokeToken(context, input),
  updateApiToken: (_root, { input }, context) => describeToken(context, input),
};

export const CreateApiTokenPayload: Complete<CreateApiTokenPayloadResolvers, Omit<CreationOutcome, 'secret'>> = {
  apiToken: async ({ created }, _args, context, info) => created && createdToken(created, context, info),
  secret: ({ secret }) => secret?.reveal() ?? null,
};

/** A token just created. The answer to a creation lacks the time, which only the list tells. It is read when somebody asks. */
export async function createdToken(
  created: CreatedToken,
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<ApiTokenModel> {
  const isWanted = created.createdAt === null && selectedFields(info).has('createdAt');
  const listed = isWanted ? await settle(() => relisted(created, context)) : null;
  const createdAt = listed instanceof Error || !listed ? created.createdAt : listed.createdAt;
  const { projectId, organizationId, mark } = created;
  return toApiTokenModel({ ...created, createdAt }, { id: projectId, organizationId }, { projectId, mark });
}

/** What a change did is shown as the platform shows it, and only when somebody asks. */
const changedToken: Complete<
  BlockApiTokenPayloadResolvers & UnblockApiTokenPayloadResolvers & RevokeApiTokenPayloadResolvers,
  ChangeOutcome
> = {
  apiToken: ({ handle }, _args, context) => handle && tokenByHandle(handle, context),
};

export const BlockApiTokenPayload = changedToken;
export const UnblockApiTokenPayload = changedToken;
export const RevokeApiTokenPayload = changedToken;
export const UpdateApiTokenPayload: Complete<UpdateApiTokenPayloadResolvers, ChangeOutcome> = changedToken;

/** Tokens by reference: one list per project, however many (design.md 5). */
export const resolveApiTokens: EntityResolver = (references, context) =>
  loadReferences(
    references,
    (id) => readHandle(id, context),
    (handles) => Promise.all(handles.map((handle) => settle(() => tokenByHandle(handle, context)))),
  );

async function tokenByHandle(handle: ApiTokenHandle, context: RequestContext): Promise<ApiTokenModel | null> {
  const record = await settle(() => context.loaders.apiTokens.byHandle(handle));
  if (record instanceof MaskedTokensError) throw maskedTokens();
  if (record instanceof Error) throw record;
  return record && toApiTokenModel(record, { id: handle.projectId, organizationId: null }, handle);
}

function relisted({ projectId, mark }: CreatedToken, { loaders }: RequestContext) {
  return loaders.apiTokens.byHandle({ projectId, mark });
}

function readHandle(id: string, { ids }: RequestContext): ApiTokenHandle {
  return readId(() => ids.readApiTokenId(id), 'it takes the `id` of an `ApiToken`.');
}

function maskedTokens(): GraphQLError {
  return new GraphQLError(
    'The platform masks token values in its lists, so this id cannot be compared with them. Look for the token in `Project.apiTokens`.',
    { extensions: { code: 'FORBIDDEN' } },
  );
}
