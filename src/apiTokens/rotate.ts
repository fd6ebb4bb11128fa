import type { AuditScope } from '../mutations/audited.ts';
import type { MutationContext } from '../mutations/context.ts';
import { fateOf, type Handout, handOut, isGiven, NO_HANDOUT, type Recipient } from '../mutations/disclosure.ts';
import { hashOfInput, nameOfKey } from '../mutations/idempotency.ts';
import { type IdempotencyRecord, withIdempotencyRecord } from '../mutations/idempotencyRecord.ts';
import { mutation, type Work } from '../mutations/mutation.ts';
import { refused } from '../mutations/outcome.ts';
import { keyErrors, type UserError, userError } from '../mutations/userErrors.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import type { ApiTokenHandle } from '../values/ids.ts';
import { rotationCalls } from './cost.ts';
import type { Issued } from './issue.ts';
import { blockOld, type OldTokenProgress, verifyToken } from './oldToken.ts';
import type { ProjectScope } from './scope.ts';
import { incomplete, successorOf } from './successor.ts';
import { type TargetToken, tokenTarget } from './target.ts';
import type { Verification } from './verification.ts';

export interface RotationInput {
  readonly id: string;
  readonly oldToken: 'KEEP' | 'BLOCK';
  readonly encryptTo?: string | null | undefined;
  /** The successor of an earlier rotation, to finish that one with it. */
  readonly successorId?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

export type RotationStage = 'NOT_STARTED' | 'SUCCESSOR_CREATED' | 'SUCCESSOR_PROVEN' | 'OLD_TOKEN_BLOCKED' | 'COMPLETE';

export interface RotationOutcome extends Handout {
  readonly scope: ProjectScope | null;
  readonly successor: Issued | null;
  readonly old: ApiTokenRecord | null;
  readonly stage: RotationStage;
  readonly verification: Verification | null;
  readonly oldVerification: Verification | null;
  readonly recovered: boolean;
  readonly userErrors: readonly UserError[];
}

/** What one run of a rotation works with. */
export interface Run {
  readonly context: MutationContext;
  readonly audit: AuditScope;
  readonly scope: ProjectScope;
  readonly old: ApiTokenRecord;
  readonly blocksOld: boolean;
}

type Rotation = Omit<RotationOutcome, 'userErrors'>;

/**
 * Replaces a token. Every step is looked up before it is taken, so that a run which was cut off anywhere is gone on with by
 * the next one: the record tells which token is the successor, and the platform tells the rest.
 */
export const rotateApiToken = mutation<RotationInput, TargetToken, Rotation>({
  name: 'rotateApiToken',
  takes: 'ORGANIZATION',
  permission: 'geai:tokens:write',
  target: tokenTarget,
  checks: ({ idempotencyKey }) => keyErrors(idempotencyKey),
  calls: rotationCalls,
  nothing: withoutErrors(stopped({}, [])),
  run: async (work, input) => {
    const run = begin(work, input);
    if ('code' in run) return refused(run);
    const recipient = { seal: work.seal, selected: work.selected() };
    const outcome = await withRecord(run, work.target.handle, input, recipient);
    return { kind: 'done', payload: withoutErrors(outcome), userErrors: outcome.userErrors };
  },
});

function withoutErrors({ userErrors: _errors, ...rotation }: RotationOutcome): Rotation {
  return rotation;
}

/** Refuses what would be harmful. */
function begin({ context, audit, target }: Work<TargetToken>, { oldToken }: RotationInput): Run | UserError {
  const { token: old, scope } = target;
  audit.note({ before: { status: old.status } });
  if (old.status === 'REVOKED') return userError('TOKEN_REVOKED', 'id');
  const blocksOld = oldToken === 'BLOCK';
  if (blocksOld && context.isInUse(old.secret)) return userError('WOULD_LOCK_OUT', 'id');
  return { context, audit, scope, old, blocksOld };
}

async function withRecord(
  run: Run,
  { projectId, tokenHash }: ApiTokenHandle,
  wanted: RotationInput,
  recipient: Recipient,
): Promise<RotationOutcome> {
  const { context, scope } = run;
  const { idempotencyKey, encryptTo, oldToken, successorId } = wanted;
  const isKeyed = idempotencyKey != null;
  const name = isKeyed
    ? nameOfKey('rotateApiToken', scope.manager, idempotencyKey)
    : JSON.stringify(['rotation', projectId, tokenHash]);
  // Without a key the rotation is known by its token, and may be gone on with in another way: KEEP first, BLOCK later.
  const details = [oldToken, encryptTo ?? null, ...(successorId == null ? [] : [successorId])];
  const input = hashOfInput([projectId, tokenHash, ...(isKeyed ? details : [])]);
  const outcome = await withIdempotencyRecord(context, name, async (idempotency) => {
    if (idempotency.entry && idempotency.entry.input !== input) {
      return stopped(run, [userError('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey')]);
    }
    return rotate(run, idempotency, input, wanted, recipient);
  });
  return outcome === 'BUSY' ? stopped(run, [userError('IN_PROGRESS', 'id')]) : outcome;
}

async function rotate(
  run: Run,
  idempotency: IdempotencyRecord,
  input: string,
  wanted: RotationInput,
  recipient: Recipient,
): Promise<RotationOutcome> {
  const { context, scope } = run;
  const issued = await successorOf(run, idempotency, input, wanted);
  if ('code' in issued) return stopped(run, [issued]);
  const { token, tokenHash, recovered } = issued;
  const progress = await settleOld(run, idempotency, token);
  note(run, issued, progress);
  // The successor was tried, so that its value is known to be its secret or not.
  const { form } = token.secret;
  const isProven = form === 'whole' || (form === 'doubtful' && progress.stage !== 'SUCCESSOR_CREATED');
  const handout = isProven ? await handOut(context, idempotency, tokenHash, token.secret, recipient) : null;
  if (handout) run.audit.note({ secret: fateOf(recipient, isGiven(handout)) });
  const errors = form === 'masked' ? [userError('TOKEN_VALUE_MASKED'), ...progress.userErrors] : progress.userErrors;
  return { scope, successor: issued, recovered, ...(handout ?? NO_HANDOUT), ...progress, userErrors: errors };
}

type Progress = OldTokenProgress & Pick<RotationOutcome, 'verification'>;

/** Proves the successor, and only then touches the old token. */
async function settleOld(run: Run, idempotency: IdempotencyRecord, successor: ApiTokenRecord): Promise<Progress> {
  const { old, blocksOld } = run;
  const { verification } = await verifyToken(run, { token: successor, status: 'ACTIVE' });
  const so = { old, verification, oldVerification: null };
  if (verification.outcome !== 'CONFIRMED') {
    return { ...so, stage: 'SUCCESSOR_CREATED', userErrors: [incomplete('The successor was not seen to work yet.')] };
  }
  if (!blocksOld) return { ...so, stage: 'COMPLETE', userErrors: [] };
  return { ...so, ...(await blockOld(run, idempotency)) };
}

function note({ context, audit, scope: { projectId } }: Run, { token, tokenHash }: Issued, progress: Progress): void {
  const { stage, old, verification, oldVerification } = progress;
  audit.note({
    after: { status: old?.status ?? null },
    verification: oldVerification ?? verification,
    details: {
      stage,
      projectId,
      successor: context.ids.writeApiTokenId({ projectId, tokenHash }),
      name: token.name,
      verification,
      oldVerification,
    },
  });
}

function stopped({ scope, old }: Partial<Run>, userErrors: readonly UserError[]): RotationOutcome {
  const nothing = { successor: null, verification: null, oldVerification: null, recovered: false, ...NO_HANDOUT };
  return { scope: scope ?? null, old: old ?? null, stage: 'NOT_STARTED', ...nothing, userErrors };
}
