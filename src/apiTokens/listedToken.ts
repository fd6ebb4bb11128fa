import type { MutationContext } from '../mutations/context.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { type ApiTokenList, type ApiTokenRecord, listApiTokens } from '../platform/resources/apiTokens.ts';
import type { ProjectScope } from './scope.ts';

/** Returns the listed token of that hash. Throws `PlatformError` if an unreadable token may be it. */
export async function tokenByHash(
  context: MutationContext,
  scope: ProjectScope,
  tokenHash: string,
): Promise<ApiTokenRecord | undefined> {
  return tokenOfHash(context, await listTokens(context, scope), tokenHash);
}

export function listTokens(context: MutationContext, { manager, projectId }: ProjectScope): Promise<ApiTokenList> {
  return context.loaders.apiTokens.reread(manager, projectId);
}

/** Code for a listed token that a change did not find: it is gone, or the list shows a value that is not its secret. */
export function missingCode({ secret }: ApiTokenRecord): 'TOKEN_NOT_FOUND' | 'TOKEN_VALUE_MASKED' {
  return secret.form === 'whole' ? 'TOKEN_NOT_FOUND' : 'TOKEN_VALUE_MASKED';
}

export function tokenOfHash(
  { ids }: MutationContext,
  { records, unreadableCount }: ApiTokenList,
  tokenHash: string,
): ApiTokenRecord | undefined {
  const found = records.find((token) => ids.apiTokenHashes(token).includes(tokenHash));
  // The token may be one of the unreadable ones.
  if (!found && unreadableCount > 0) throw new PlatformError('BAD_RESPONSE', listApiTokens);
  return found;
}
