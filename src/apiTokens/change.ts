import { maxPolls } from '../mutations/backoff.ts';
import { type MutationInput, mutation, type Work } from '../mutations/mutation.ts';
import { done, type Outcome, refused } from '../mutations/outcome.ts';
import { textErrors, type UserError } from '../mutations/userErrors.ts';
import * as platform from '../platform/resources/apiTokens.ts';
import type { ApiTokenHandle } from '../values/ids.ts';
import { noteChange } from './changeNotes.ts';
import { verifying } from './cost.ts';
import { type Change, changeUnknown, observe, send } from './send.ts';
import { objectionTo, stateOf, type TargetToken, tokenTarget } from './target.ts';
import type { Verification } from './verification.ts';

export interface ChangeOutcome {
  /** Token to read again. Null if nothing was done. */
  readonly handle: ApiTokenHandle | null;
  readonly changed: boolean;
  /** Observation of the change. Null if nothing was done, or there is nothing to observe. */
  readonly verification: Verification | null;
  readonly userErrors: readonly UserError[];
}

type Changed = Omit<ChangeOutcome, 'userErrors'>;

interface ChangeInput extends MutationInput {
  readonly id: string;
}

const NOTHING: Changed = { handle: null, changed: false, verification: null };

export const BLOCK: Change = {
  wanted: { kind: 'status', status: 'BLOCKED' },
  isDone: ({ status }) => status === 'BLOCKED',
  disables: true,
  send: (client, { secret }) => client.call(platform.updateApiToken, { apiTokenId: secret, status: 'blocked' }),
};

export const blockApiToken = changeOfStatus('blockApiToken', BLOCK);

export const unblockApiToken = changeOfStatus('unblockApiToken', {
  wanted: { kind: 'status', status: 'ACTIVE' },
  isDone: ({ status }) => status === 'ACTIVE',
  disables: false,
  send: (client, { secret }) => client.call(platform.updateApiToken, { apiTokenId: secret, status: 'active' }),
});

export const revokeApiToken = changeOfStatus('revokeApiToken', {
  wanted: { kind: 'status', status: 'REVOKED' },
  isDone: ({ status }) => status === 'REVOKED',
  disables: true,
  send: (client, { secret }) => client.call(platform.revokeApiToken, { apiTokenId: secret }),
});

export const updateApiToken = mutation({
  name: 'updateApiToken',
  takes: 'ORGANIZATION',
  permission: 'geai:tokens:write',
  target: tokenTarget,
  checks: ({ description }: ChangeInput & { readonly description: string }) => textErrors('description', description),
  // The change, and the lists that are polled if its answer is lost.
  calls: ({ verifyTimeoutMs }) => 1 + maxPolls(verifyTimeoutMs),
  nothing: NOTHING,
  run: (work, { description }) =>
    carryOut(work, {
      wanted: { kind: 'description', description },
      isDone: (token) => token.status !== 'REVOKED' && (token.description ?? '') === description,
      disables: false,
      send: (client, { secret }) => client.call(platform.updateApiToken, { apiTokenId: secret, description }),
    }),
});

function changeOfStatus(name: string, change: Change) {
  return mutation<ChangeInput, TargetToken, Changed>({
    name,
    takes: 'ORGANIZATION',
    permission: 'geai:tokens:write',
    target: tokenTarget,
    // The change, and the polls.
    calls: (times) => 1 + verifying(times),
    nothing: NOTHING,
    run: (work) => carryOut(work, change),
  });
}

/** Sends the change once, unless it is refused or made already, and verifies it. */
async function carryOut(work: Work<TargetToken>, change: Change): Promise<Outcome<Changed>> {
  const { context, audit, target } = work;
  const { token, handle } = target;
  const isDone = change.isDone(token);
  const objection = isDone ? null : objectionTo(context, token, change.disables);
  if (objection) return refused(objection);
  const sentAt = Date.now();
  const sent = isDone ? null : await send(context, audit, target, token, change);
  if (sent?.kind === 'refused') return sent;
  const seen = await observe(context, target, token, change, sent?.kind === 'lost');
  audit.note({ after: seen.after && stateOf(seen.after), verification: seen.verification });
  if (sent?.kind === 'lost') {
    if (!seen.isMade) throw changeUnknown(seen, sent.error);
    audit.note({ changed: true });
  }
  if (!isDone && seen.isMade && change.wanted.kind === 'status') await noteChange(context, target, token, sentAt);
  return done({ handle, changed: !isDone, verification: seen.verification });
}
