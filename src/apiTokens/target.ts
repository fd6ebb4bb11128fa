import { inputOf, readProject, readToken } from '../cost/arguments.ts';
import type { ApiTokenUserErrorCode } from '../generated/resolvers.ts';
import { MaskedTokensError } from '../loaders/apiTokens.ts';
import type { MutationContext } from '../mutations/context.ts';
import type { TargetKind } from '../mutations/mutation.ts';
import { type Refused, refused } from '../mutations/outcome.ts';
import { projectIdErrors, type UserError, userError } from '../mutations/userErrors.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import type { ApiTokenHandle } from '../values/ids.ts';
import { asUuid, readUuid } from '../values/uuid.ts';
import { changing } from './cost.ts';
import type { ProjectScope } from './scope.ts';

/** Token that a mutation changes. */
export interface TargetToken extends ProjectScope {
  readonly handle: ApiTokenHandle;
  readonly token: ApiTokenRecord;
}

/** Token that `id` of the input names, with the credential that manages it. */
export const tokenTarget: TargetKind<{ readonly id: string }, TargetToken, ApiTokenUserErrorCode> = {
  idOf: ({ id }) => id,
  checks: ({ id }, { ids }) => (ids.readApiTokenId(id) ? [] : [NO_TOKEN_ID]),
  find: async (context, { id }) => {
    const named = context.ids.readApiTokenId(id);
    if (!named) return refused(NO_TOKEN_ID);
    const found = await findToken(context, named);
    if (found.kind === 'refused') return found;
    const { projectId } = named;
    const manager = await context.loaders.apiTokens.manager({ id: projectId, organizationId: null });
    if (!manager) return refused(userError('TOKEN_NOT_FOUND', 'id'));
    const { token } = found;
    const handle = context.ids.renewed(named, token);
    return { kind: 'found', manager, target: { manager, projectId, handle, token }, facts: { before: stateOf(token) } };
  },
  cost: (field, { estimator, ids }, calls) => {
    const handle = readToken(inputOf(field).id, ids);
    if (!handle) return null;
    return changing(field, handle.projectId, 1 + calls, estimator);
  },
};

const NO_TOKEN_ID = userError('INVALID_ID', 'id');

/** Project that `projectId` of the input names, with the credential that manages its tokens. */
export const tokenScopeTarget: TargetKind<
  { readonly projectId: string },
  ProjectScope,
  'INVALID_ID' | 'PROJECT_NOT_FOUND'
> = {
  idOf: ({ projectId }) => asUuid(projectId),
  checks: ({ projectId }) => projectIdErrors('projectId', projectId),
  find: async (context, input) => {
    const projectId = readUuid(input.projectId);
    const manager = await context.loaders.apiTokens.manager({ id: projectId, organizationId: null });
    if (!manager) return refused(userError('PROJECT_NOT_FOUND', 'projectId'));
    return { kind: 'found', manager, target: { manager, projectId } };
  },
  cost: (field, { estimator }, calls) => {
    const projectId = readProject(inputOf(field).projectId);
    return projectId === null ? null : changing(field, projectId, calls, estimator);
  },
};

/** Returns the reason not to change a token, or to disable it. Null if there is none. */
export function objectionTo(
  context: Pick<MutationContext, 'isInUse'>,
  { status, secret }: ApiTokenRecord,
  isDisabled: boolean,
): UserError<'TOKEN_REVOKED' | 'WOULD_LOCK_OUT'> | null {
  if (status === 'REVOKED') return userError('TOKEN_REVOKED', 'id');
  return isDisabled && context.isInUse(secret) ? userError('WOULD_LOCK_OUT', 'id') : null;
}

/** State of a token for the audit log. */
export function stateOf({ status, description }: ApiTokenRecord) {
  return { status, description };
}

/** Finds the token of a handle. Refuses an absent token and one with a masked value. */
export async function findToken(
  context: MutationContext,
  handle: ApiTokenHandle,
  field = 'id',
): Promise<{ readonly kind: 'found'; readonly token: ApiTokenRecord } | Refused> {
  try {
    const token = await context.loaders.apiTokens.byHandle(handle);
    if (!token) return refused(userError('TOKEN_NOT_FOUND', field));
    return token.secret.isMasked ? refused(userError('TOKEN_VALUE_MASKED', field)) : { kind: 'found', token };
  } catch (error) {
    if (error instanceof MaskedTokensError) return refused(userError('TOKEN_VALUE_MASKED', field));
    throw error;
  }
}
