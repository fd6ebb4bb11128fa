import { audited, type Trail } from '../audited.ts';
import type { RequestContext } from '../context.ts';
import { type ApiTokenHandle, InvalidIdError } from '../ids.ts';
import { MaskedTokensError } from '../loaders/apiTokens.ts';
import { type ApiTokenRecord, revokeApiToken, type TokenManager, updateApiToken } from '../platform/apiTokens.ts';
import { redactTokens } from '../secret.ts';
import type { Place } from './place.ts';
import { textErrors, type UserError, userError, userErrorOf } from './userErrors.ts';
import { type Expectation, type Verification, verifyTokens } from './verification.ts';

export interface ChangeOutcome {
  /** Which token to read again, to show what the platform made of the change. Null when nothing was done. */
  readonly handle: ApiTokenHandle | null;
  readonly changed: boolean;
  /** What was seen of the change taking effect. Null when nothing was done, or nothing can be seen of it. */
  readonly verification: Verification | null;
  readonly userErrors: readonly UserError[];
}

/** What a change does to a token, and when it may. */
export interface Change {
  /** Name of the mutation. */
  readonly action: string;
  /** Status that the token should have afterwards. Absent when the change is of something else. */
  readonly status?: Expectation['status'];
  /** What is wrong with the input, beside id and reason. */
  readonly mistakes?: readonly UserError[];
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

export const BLOCK: Change = {
  action: 'blockApiToken',
  status: 'BLOCKED',
  isDone: ({ status }) => status === 'BLOCKED',
  disables: true,
  send: (client, { secret }) => updateApiToken(client, secret, { status: 'blocked' }),
};

export function blockToken(context: RequestContext, input: ChangeInput): Promise<ChangeOutcome> {
  return change(context, input, BLOCK);
}

export const UNBLOCK: Change = {
  action: 'unblockApiToken',
  status: 'ACTIVE',
  isDone: ({ status }) => status === 'ACTIVE',
  disables: false,
  send: (client, { secret }) => updateApiToken(client, secret, { status: 'active' }),
};

export function unblockToken(context: RequestContext, input: ChangeInput): Promise<ChangeOutcome> {
  return change(context, input, UNBLOCK);
}

export const REVOKE: Change = {
  action: 'revokeApiToken',
  status: 'REVOKED',
  isDone: ({ status }) => status === 'REVOKED',
  disables: true,
  send: (client, { secret }) => revokeApiToken(client, secret),
};

export function revokeToken(context: RequestContext, input: ChangeInput): Promise<ChangeOutcome> {
  return change(context, input, REVOKE);
}

export function describeToken(
  context: RequestContext,
  input: { readonly id: string; readonly description: string },
): Promise<ChangeOutcome> {
  return change(context, input, {
    action: 'updateApiToken',
    mistakes: textErrors('description', input.description),
    isDone: ({ status, description }) => status !== 'REVOKED' && (description ?? '') === input.description,
    disables: false,
    send: (client, { secret }) => updateApiToken(client, secret, { description: input.description }),
  });
}

/** Finds the token, refuses what would be harmful or pointless, sends the change once, and watches it take effect. */
function change(context: RequestContext, input: ChangeInput, wanted: Change): Promise<ChangeOutcome> {
  const { action } = wanted;
  return audited(context, { action, target: input.id, reason: input.reason }, async (trail) => {
    const mistakes = [...textErrors('reason', input.reason), ...(wanted.mistakes ?? [])];
    if (mistakes.length > 0) return refused(mistakes);
    const handle = readHandle(context, input.id);
    if (!handle) return refused([userError('INVALID_ID', 'id')]);
    const token = await findToken(context, handle);
    if ('code' in token) return refused([token]);
    const manager = await context.loaders.apiTokens.manager({ id: handle.projectId, organizationId: null });
    if (!manager) return refused([userError('TOKEN_NOT_FOUND', 'id')]);
    trail.actor(manager);
    trail.note({ before: stateOf(token) });
    const place = { manager, projectId: handle.projectId };
    const isDone = wanted.isDone(token);
    if (!isDone) {
      const objection = objectionTo(context, token, wanted) ?? (await send(context, trail, place, token, wanted));
      if (objection) return refused([objection]);
    }
    const { verification, after } = await observe(context, place, token, wanted);
    trail.note({ after: after && stateOf(after), verification });
    return { handle, changed: !isDone, verification, userErrors: [] };
  });
}

/** Why the change must not be made. Null when nothing speaks against it. */
function objectionTo(context: RequestContext, token: ApiTokenRecord, { disables }: Change): UserError | null {
  if (token.status === 'REVOKED') return userError('TOKEN_REVOKED', 'id');
  return disables && context.isInUse(token.secret) ? userError('WOULD_LOCK_OUT', 'id') : null;
}

/** Sends the change once. Answers with why the platform refused it, or null. */
export async function send(
  context: RequestContext,
  trail: Trail,
  { manager, projectId }: Place,
  token: ApiTokenRecord,
  wanted: Pick<Change, 'send'>,
): Promise<UserError | null> {
  await trail.beforeWriting();
  try {
    await wanted.send(context.session.as(manager), token);
    trail.note({ changed: true });
    return null;
  } catch (error) {
    // It was listed a moment ago: the value that is shown is not the one that the platform knows.
    return userErrorOf(error, userError('TOKEN_VALUE_MASKED', 'id'));
  } finally {
    // Also after a lost answer: what was known before may be wrong now.
    await context.identities.forget(token.secret);
    context.loaders.tokensChanged(manager, projectId);
  }
}

/** What the change came to. A change of no status has nothing that the platform could be tried with. */
async function observe(
  context: RequestContext,
  place: Place,
  token: ApiTokenRecord,
  { status }: Change,
): Promise<{ verification: Verification | null; after: ApiTokenRecord | null }> {
  if (!status) return { verification: null, after: null };
  const [observation] = await verifyTokens(context, place, [{ token, status }]);
  return observation ?? { verification: null, after: null };
}

function stateOf({ status, description }: ApiTokenRecord) {
  return { status, description: description && redactTokens(description) };
}

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

function refused(userErrors: readonly UserError[]): ChangeOutcome {
  return { handle: null, changed: false, verification: null, userErrors };
}
