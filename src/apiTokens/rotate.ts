import type { ApiTokenUserErrorCode } from '../generated/resolvers.ts';
import type { AuditScope } from '../mutations/auditScope.ts';
import type { MutationContext } from '../mutations/context.ts';
import { type CreationInput, type CreationWork, creation } from '../mutations/creation.ts';
import { deliveryOf, type Handout, handOut, NO_HANDOUT } from '../mutations/disclosure.ts';
import type { IdempotencyRecord } from '../mutations/idempotencyRecord.ts';
import { done, type Outcome } from '../mutations/outcome.ts';
import { type UserError, userError } from '../mutations/userErrors.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { rotationCalls } from './cost.ts';
import type { Issued } from './issue.ts';
import { blockOld, type OldTokenProgress, verifyToken } from './oldToken.ts';
import type { ProjectScope } from './scope.ts';
import { incomplete, successorOf } from './successor.ts';
import { objectionTo, type TargetToken, tokenTarget } from './target.ts';
import type { Verification } from './verification.ts';

export interface RotationInput extends CreationInput {
  readonly id: string;
  readonly oldToken: 'KEEP' | 'BLOCK';
  /** Successor of an earlier rotation, which is finished with it. */
  readonly successorId?: string | null | undefined;
}

type RotationStage = 'NOT_STARTED' | 'SUCCESSOR_CREATED' | 'SUCCESSOR_PROVEN' | 'OLD_TOKEN_BLOCKED' | 'COMPLETE';

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

/** Parts of one run of a rotation. */
export interface Run {
  readonly context: MutationContext;
  readonly audit: AuditScope;
  readonly scope: ProjectScope;
  readonly old: ApiTokenRecord;
  readonly blocksOld: boolean;
}

type Rotation = Omit<RotationOutcome, 'userErrors'>;

const NOT_STARTED: Rotation = {
  scope: null,
  old: null,
  stage: 'NOT_STARTED',
  successor: null,
  recovered: false,
  verification: null,
  oldVerification: null,
  ...NO_HANDOUT,
};

/** Replaces a token. Each step is looked up before it is taken, so that the next run continues an interrupted one. */
export const rotateApiToken = creation<RotationInput, TargetToken, Rotation, ApiTokenUserErrorCode>({
  name: 'rotateApiToken',
  takes: 'ORGANIZATION',
  permission: 'geai:tokens:write',
  target: tokenTarget,
  calls: rotationCalls,
  objection: ({ context, target: { token } }, { oldToken }) => objectionTo(context, token, oldToken === 'BLOCK'),
  unkeyed: ({ handle }) => ({ name: JSON.stringify(['rotation', handle.projectId, handle.tokenHash]), field: 'id' }),
  // Without a key, a repetition may go another way: KEEP first, BLOCK later.
  hashed: ({ handle: { projectId, tokenHash } }, { idempotencyKey, oldToken, successorId = null }) =>
    idempotencyKey == null ? [projectId, tokenHash] : [projectId, tokenHash, oldToken, successorId],
  nothing: NOT_STARTED,
  known: (_input, target) => (target ? { scope: target, old: target.token } : {}),
  run: rotate,
});

async function rotate(work: CreationWork<TargetToken>, wanted: RotationInput): Promise<Outcome<Rotation>> {
  const { context, audit, target, idempotency, inputHash, recipient } = work;
  const run = { context, audit, scope: target, old: target.token, blocksOld: wanted.oldToken === 'BLOCK' };
  const issued = await successorOf(run, idempotency, inputHash, wanted);
  if (issued.kind === 'refused') return issued;
  const { token, tokenHash, recovered } = issued;
  const { userErrors, ...progress } = await finishOldToken(run, idempotency, token);
  note(run, issued, progress);
  // The trial of the successor tells whether its value is its secret.
  const { form } = token.secret;
  const isProven = form === 'whole' || (form === 'doubtful' && progress.stage !== 'SUCCESSOR_CREATED');
  const handout = isProven ? await handOut(work, tokenHash, token.secret) : null;
  if (handout) audit.note({ secret: deliveryOf(recipient, [handout]) });
  const errors = form === 'masked' ? [userError('TOKEN_VALUE_MASKED'), ...userErrors] : userErrors;
  return done({ scope: target, successor: issued, recovered, ...(handout ?? NO_HANDOUT), ...progress }, errors);
}

type Progress = OldTokenProgress & Pick<RotationOutcome, 'verification'>;

/** Verifies the successor, and blocks the old token only if it works. */
async function finishOldToken(run: Run, idempotency: IdempotencyRecord, successor: ApiTokenRecord): Promise<Progress> {
  const { old, blocksOld } = run;
  const { verification } = await verifyToken(run, { token: successor, kind: 'status', status: 'ACTIVE' });
  const so = { old, verification, oldVerification: null };
  if (verification.outcome !== 'CONFIRMED') {
    return { ...so, stage: 'SUCCESSOR_CREATED', userErrors: [incomplete('The successor was not seen to work yet.')] };
  }
  if (!blocksOld) return { ...so, stage: 'COMPLETE', userErrors: [] };
  return { ...so, ...(await blockOld(run, idempotency)) };
}

function note(
  { context, audit, scope: { projectId } }: Run,
  { token, tokenHash }: Issued,
  progress: Omit<Progress, 'userErrors'>,
): void {
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
