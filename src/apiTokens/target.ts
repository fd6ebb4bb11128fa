import { MaskedTokensError } from '../loaders/apiTokens.ts';
import { type UserError, userError } from '../mutations/userErrors.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import type { RequestContext } from '../request/context.ts';
import { type ApiTokenHandle, InvalidIdError } from '../values/ids.ts';

/** Null for text that is no id of a token. */
export function readHandle(context: RequestContext, id: string): ApiTokenHandle | null {
  try {
    return context.ids.readApiTokenId(id);
  } catch (error) {
    if (error instanceof InvalidIdError) return null;
    throw error;
  }
}

/** The token behind a handle, or why it cannot be changed. */
export async function findToken(context: RequestContext, handle: ApiTokenHandle): Promise<ApiTokenRecord | UserError> {
  try {
    const token = await context.loaders.apiTokens.byHandle(handle);
    if (!token) return userError('TOKEN_NOT_FOUND', 'id');
    return token.secret.isMasked ? userError('TOKEN_VALUE_MASKED', 'id') : token;
  } catch (error) {
    if (error instanceof MaskedTokensError) return userError('TOKEN_VALUE_MASKED', 'id');
    throw error;
  }
}
