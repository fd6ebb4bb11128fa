import { audited, type Trail } from '../mutations/audited.ts';
import { textErrors, type UserError, userError } from '../mutations/userErrors.ts';
import { type ApiTokenRecord, revokeApiToken, updateApiToken } from '../platform/resources/apiTokens.ts';
import type { RequestContext } from '../request/context.ts';
import type { ApiTokenHandle } from '../values/ids.ts';
import { redactTokens } from '../values/secret.ts';
import { noteChange } from './changeNotes.ts';
import type { Place } from './scope.ts';
import { type Change, changeUnknown, isLost, observe, send } from './send.ts';
import { findToken, readHandle } from './target.ts';
import type { Verification } from './verification.ts';

export interface ChangeOutcome {
  /** Which token to read again, to show what the platform made of the change. Null when nothing was done. */
  readonly handle: ApiTokenHandle | null;
  readonly changed: boolean;
  /** What was seen of the change taking effect. Null when nothing was done, or nothing can be seen of it. */
  readonly verification: Verification | null;
  readonly userErrors: readonly UserError[];
}

export interface ChangeInput {
  readonly id: string;
  readonly reason?: string | null | undefined;
}

export const BLOCK: Change = {
  action: 'blockApiToken',
  wanted: { status: 'BLOCKED' },
  isDone: ({ status }) => status === 'BLOCKED',
  disables: true,
  send: (client, { secret }) => client.call(updateApiToken, { apiTokenId: secret, status: 'blocked' }),
};

export function blockToken(context: RequestContext, input: ChangeInput): Promise<ChangeOutcome> {
  return make(context, input, BLOCK);
}

export const UNBLOCK: Change = {
  action: 'unblockApiToken',
  wanted: { status: 'ACTIVE' },
  isDone: ({ status }) => status === 'ACTIVE',
  disables: false,
  send: (client, { secret }) => client.call(updateApiToken, { apiTokenId: secret, status: 'active' }),
};

export function unblockToken(context: RequestContext, input: ChangeInput): Promise<ChangeOutcome> {
  return make(context, input, UNBLOCK);
}

export const REVOKE: Change = {
  action: 'revokeApiToken',
  wanted: { status: 'REVOKED' },
  isDone: ({ status }) => status === 'REVOKED',
  disables: true,
  send: (client, { secret }) => client.call(revokeApiToken, { apiTokenId: secret }),
};

export function revokeToken(context: RequestContext, input: ChangeInput): Promise<ChangeOutcome> {
  return make(context, input, REVOKE);
}

export function describeToken(
  context: RequestContext,
  input: { readonly id: string; readonly description: string },
): Promise<ChangeOutcome> {
  return make(context, input, {
    action: 'updateApiToken',
    wanted: { description: input.description },
    mistakes: textErrors('description', input.description),
    isDone: ({ status, description }) => status !== 'REVOKED' && (description ?? '') === input.description,
    disables: false,
    send: (client, { secret }) => client.call(updateApiToken, { apiTokenId: secret, description: input.description }),
  });
}

/** Finds the token, refuses what would be harmful or pointless, sends the change once, and watches it take effect. */
function make(context: RequestContext, input: ChangeInput, change: Change): Promise<ChangeOutcome> {
  const { action, mistakes: others = [] } = change;
  return audited(context, { action, target: input.id, reason: input.reason }, async (trail) => {
    const mistakes = [...textErrors('reason', input.reason), ...others];
    if (mistakes.length > 0) return refused(mistakes);
    const handle = readHandle(context, input.id);
    if (!handle) return refused([userError('INVALID_ID', 'id')]);
    const token = await findToken(context, handle);
    if ('code' in token) return refused([token]);
    const manager = await context.loaders.apiTokens.manager({ id: handle.projectId, organizationId: null });
    if (!manager) return refused([userError('TOKEN_NOT_FOUND', 'id')]);
    trail.actor(manager);
    trail.note({ before: stateOf(token) });
    const outcome = await carryOut(context, trail, { manager, projectId: handle.projectId }, token, change);
    return 'code' in outcome ? refused([outcome]) : { handle, ...outcome, userErrors: [] };
  });
}

async function carryOut(
  context: RequestContext,
  trail: Trail,
  place: Place,
  token: ApiTokenRecord,
  change: Change,
): Promise<Pick<ChangeOutcome, 'changed' | 'verification'> | UserError> {
  const isDone = change.isDone(token);
  const sentAt = Date.now();
  const answer = isDone
    ? null
    : (objectionTo(context, token, change) ?? (await send(context, trail, place, token, change)));
  if (answer !== null && !isLost(answer)) return answer;
  const seen = await observe(context, place, token, change, answer !== null);
  trail.note({ after: seen.after && stateOf(seen.after), verification: seen.verification });
  if (answer !== null) {
    if (!seen.isMade) throw changeUnknown(seen, answer);
    trail.note({ changed: true });
  }
  if (!isDone && seen.isMade && 'status' in change.wanted) await noteChange(context, place, token, sentAt);
  return { changed: !isDone, verification: seen.verification };
}

/** Why the change must not be made. Null when nothing speaks against it. */
function objectionTo(context: RequestContext, token: ApiTokenRecord, { disables }: Change): UserError | null {
  if (token.status === 'REVOKED') return userError('TOKEN_REVOKED', 'id');
  return disables && context.isInUse(token.secret) ? userError('WOULD_LOCK_OUT', 'id') : null;
}

function stateOf({ status, description }: ApiTokenRecord) {
  return { status, description: description && redactTokens(description) };
}

function refused(userErrors: readonly UserError[]): ChangeOutcome {
  return { handle: null, changed: false, verification: null, userErrors };
}
