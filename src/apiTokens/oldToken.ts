import type { IdempotencyRecord } from '../mutations/idempotencyRecord.ts';
import type { UserError } from '../mutations/userErrors.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { toResult } from '../values/result.ts';
import { BLOCK } from './change.ts';
import { noteChange } from './changeNotes.ts';
import { listTokens } from './listedToken.ts';
import type { RotationOutcome, Run } from './rotate.ts';
import { send } from './send.ts';
import { incomplete } from './successor.ts';
import { type Expectation, type Observation, verifyTokens } from './verification.ts';

export type OldTokenProgress = Pick<RotationOutcome, 'stage' | 'old' | 'oldVerification' | 'userErrors'>;

/** Blocks the old token unless it is blocked, and verifies it, also after a lost answer. */
export async function blockOld(run: Run, idempotency: IdempotencyRecord): Promise<OldTokenProgress> {
  const { context, audit, scope } = run;
  const isBlockedBefore = idempotency.entry?.isOldBlocked === true;
  const old = isBlockedBefore ? await listedNow(run) : run.old;
  if (!old) return left(run.old, incomplete('The old token could not be listed again.'));
  if (isBlockedBefore && old.status !== 'BLOCKED') return left(old, UNBLOCKED_SINCE);
  const [isDone, sentAt] = [old.status === 'BLOCKED', Date.now()];
  const sent = isDone ? null : await toResult(() => send(context, audit, scope, old, BLOCK));
  if (sent instanceof Error || sent?.kind === 'refused') {
    const why = sent instanceof Error ? incomplete('The old token could not be blocked.') : sent.userErrors[0];
    if (sent instanceof Error) context.log.warn({ err: sent }, 'a rotated token could not be blocked');
    return left(old, why);
  }
  const { verification, after } = await verifyToken(run, { token: old, kind: 'status', status: 'BLOCKED' });
  if (after?.status === 'BLOCKED') await noteBlocked(run, idempotency);
  const seen = { old: after ?? old, oldVerification: verification };
  if (sent?.kind === 'lost' && after?.status === 'BLOCKED') audit.note({ changed: true });
  if (!isDone && after?.status === 'BLOCKED') await noteChange(context, scope, old, sentAt);
  if (verification.outcome === 'CONFIRMED') return { ...seen, stage: 'COMPLETE', userErrors: [] };
  return after?.status === 'BLOCKED'
    ? { ...seen, stage: 'OLD_TOKEN_BLOCKED', userErrors: [incomplete('The old token was not seen to be refused yet.')] }
    : { ...seen, stage: 'SUCCESSOR_PROVEN', userErrors: [incomplete('The old token was not seen to be blocked yet.')] };
}

/** Progress of a run that leaves the old token as it is. */
function left(old: ApiTokenRecord, why: UserError): OldTokenProgress {
  return { stage: 'SUCCESSOR_PROVEN', old, oldVerification: null, userErrors: [why] };
}

/** Old token as it is now: another run may have blocked it while this one waited for the record. Null if it is not listed. */
async function listedNow({ context, scope, old }: Run): Promise<ApiTokenRecord | null> {
  if (old.status === 'BLOCKED') return old;
  const list = await toResult(() => listTokens(context, scope));
  return list instanceof Error ? null : (list.records.find(({ secret }) => secret.equals(old.secret)) ?? null);
}

const UNBLOCKED_SINCE: UserError = {
  code: 'ROTATION_INCOMPLETE',
  message:
    'This rotation had blocked the old token, and somebody has unblocked it since: it is left as it is. Block it with ' +
    '`blockApiToken` if it is to be blocked.',
  field: null,
};

/** Notes the block. If the record cannot be written, the next run blocks again. */
async function noteBlocked({ context }: Run, idempotency: IdempotencyRecord): Promise<void> {
  const { entry } = idempotency;
  if (!entry || entry.isOldBlocked) return;
  const outcome = await toResult(() => idempotency.write({ ...entry, isOldBlocked: true }));
  if (outcome instanceof Error) context.log.warn({ err: outcome }, 'that a rotation blocked the old token is not kept');
}

/** Verifies a token that the rotation created or changed. */
export async function verifyToken({ context, scope }: Run, expectation: Expectation): Promise<Observation> {
  const [observation] = await verifyTokens(context, scope, [expectation]);
  if (!observation) throw new Error('every expectation has an observation');
  return observation;
}
