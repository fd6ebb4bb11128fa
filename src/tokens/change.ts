import type { RequestContext } from '../context.ts';
import { type ApiTokenHandle, InvalidIdError } from '../ids.ts';
import { MaskedTokensError } from '../loaders/apiTokens.ts';
import { type ApiTokenRecord, revokeApiToken, type TokenManager, updateApiToken } from '../platform/apiTokens.ts';
import { redactTokens } from '../secret.ts';
import { textErrors, type UserError, userError, userErrorOf } from './userErrors.ts';

export interface ChangeOutcome {
  /** Which token to read again, to show what the platform made of the change. Null when nothing was done. */
  readonly handle: ApiTokenHandle | null;
  readonly changed: boolean;
  readonly userErrors: readonly UserError[];
}

/** What a change does to a token, and when it may. */
interface Change {
  /** What it is called in the log. */
  readonly action: string;
  /** Whether the token is there already, so that nothing need be sent. */
  readonly isDone: (token: ApiTokenRecord) => boolean;
  /** Whether it takes away the use of the token. */
  readonly disables: boolean;
  readonly send: (client: TokenManager, token: ApiTokenRecord) => Promise<void>;
}

export interface ChangeInput {
  readonly id: string;
  readonly reason?: string | null | undefined;
}

export function blockToken(context: RequestContext, input: ChangeInput): Promise<ChangeOutcome> {
  return change(context, input, {
    action: 'blockApiToken',
    isDone: ({ status }) => status === 'BLOCKED',
    disables: true,
    send: (client, { secret }) => updateApiToken(client, secret, { status: 'blocked' }),
  });
}

export function unblockToken(context: RequestContext, input: ChangeInput): Promise<ChangeOutcome> {
  return change(context, input, {
    action: 'unblockApiToken',
    isDone: ({ status }) => status === 'ACTIVE',
    disables: false,
    send: (client, { secret }) => updateApiToken(client, secret, { status: 'active' }),
  });
}

export function revokeToken(context: RequestContext, input: ChangeInput): Promise<ChangeOutcome> {
  return change(context, input, {
    action: 'revokeApiToken',
    isDone: ({ status }) => status === 'REVOKED',
    disables: true,
    send: (client, { secret }) => revokeApiToken(client, secret),
  });
}

export async function describeToken(
  context: RequestContext,
  input: { readonly id: string; readonly description: string },
): Promise<ChangeOutcome> {
  const mistakes = textErrors('description', input.description);
  if (mistakes.length > 0) return refused(mistakes);
  return change(context, input, {
    action: 'updateApiToken',
    isDone: ({ status, description }) => status !== 'REVOKED' && (description ?? '') === input.description,
    disables: false,
    send: (client, { secret }) => updateApiToken(client, secret, { description: input.description }),
  });
}

/** Finds the token, refuses what would be harmful or pointless, and sends the change once. */
async function change(context: RequestContext, input: ChangeInput, wanted: Change): Promise<ChangeOutcome> {
  const mistakes = textErrors('reason', input.reason);
  if (mistakes.length > 0) return refused(mistakes);
  const handle = readHandle(context, input.id);
  if (!handle) return refused([userError('INVALID_ID', 'id')]);
  const token = await find(context, handle);
  if ('code' in token) return refused([token]);
  if (wanted.isDone(token)) return { handle, changed: false, userErrors: [] };
  if (token.status === 'REVOKED') return refused([userError('TOKEN_REVOKED', 'id')]);
  if (wanted.disables && context.isInUse(token.secret)) return refused([userError('WOULD_LOCK_OUT', 'id')]);
  const outcome = await send(context, handle, token, wanted);
  const reason = input.reason ? redactTokens(input.reason) : undefined;
  context.log.info({ action: wanted.action, tokenId: input.id, reason, changed: outcome.changed }, 'token change');
  return outcome;
}

async function send(
  context: RequestContext,
  handle: ApiTokenHandle,
  token: ApiTokenRecord,
  wanted: Change,
): Promise<ChangeOutcome> {
  const { loaders } = context;
  const manager = await loaders.apiTokens.manager({ id: handle.projectId, organizationId: null });
  if (!manager) return refused([userError('TOKEN_NOT_FOUND', 'id')]);
  try {
    await wanted.send(context.session.as(manager), token);
    return { handle, changed: true, userErrors: [] };
  } catch (error) {
    return refused([userErrorOf(error, userError('TOKEN_NOT_FOUND', 'id'))]);
  } finally {
    // Also after a lost answer: what was known before may be wrong now.
    await context.identities.forget(token.secret);
    loaders.tokensChanged(manager, handle.projectId);
  }
}

function readHandle(context: RequestContext, id: string): ApiTokenHandle | null {
  try {
    return context.ids.readApiTokenId(id);
  } catch (error) {
    if (error instanceof InvalidIdError) return null;
    throw error;
  }
}

async function find(context: RequestContext, handle: ApiTokenHandle): Promise<ApiTokenRecord | UserError> {
  try {
    const token = await context.loaders.apiTokens.byHandle(handle);
    if (!token) return userError('TOKEN_NOT_FOUND', 'id');
    return token.secret.isMasked ? userError('TOKEN_VALUE_MASKED', 'id') : token;
  } catch (error) {
    if (error instanceof MaskedTokensError) return userError('TOKEN_VALUE_MASKED', 'id');
    throw error;
  }
}

function refused(userErrors: readonly UserError[]): ChangeOutcome {
  return { handle: null, changed: false, userErrors };
}
