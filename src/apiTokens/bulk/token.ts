import type { MutationContext } from '../../mutations/context.ts';
import { PlatformError } from '../../platform/client/errors.ts';
import {
  type ApiTokenList,
  type ApiTokenRecord,
  type ApiTokenStatus,
  listApiTokens,
} from '../../platform/resources/apiTokens.ts';
import { changeKey } from '../changeNotes.ts';
import type { Verification } from '../verification.ts';
import type { BulkAction } from './action.ts';
import type { PlannedAction } from './planId.ts';
import { type Problem, problem, problemOfReading } from './problems.ts';
import type { Picked } from './selection.ts';

export type BulkOutcome =
  | 'WOULD_CHANGE'
  | 'CHANGED'
  | 'ALREADY_DONE'
  | 'LEFT_OUT'
  | 'FAILED'
  | 'OUTCOME_UNKNOWN'
  | 'NOT_ATTEMPTED';

/** A token of the run. What is not `readonly` is written by the run as it goes. */
export interface BulkToken {
  /** Project and hash: the same whoever looks, and nothing of the secret. */
  readonly key: string;
  readonly projectId: string;
  readonly requestedId: string | null;
  readonly plannedAction: PlannedAction;
  /** Null when the project has no such token. */
  readonly before: ApiTokenStatus | null;
  /** Whether the caller asked for tokens of its status. Another is shown only when the plan changes it. */
  readonly isAskedFor: boolean;
  /** Whether the plan that is carried out changes it, in this run or an earlier one. */
  isPlanned: boolean;
  record: ApiTokenRecord | null;
  outcome: BulkOutcome;
  problem: Problem | null;
  verification: Verification | null;
}

/** What to say of a token that the list does not show: it may hide it, or show it in a way that cannot be read. */
export function whyMissing({ records, unreadableCount }: ApiTokenList): Problem {
  if (records.some(({ secret }) => secret.form !== 'whole')) return problem('TOKEN_VALUE_MASKED');
  if (unreadableCount === 0) return problem('TOKEN_NOT_FOUND');
  return problemOfReading(new PlatformError('BAD_RESPONSE', listApiTokens));
}

/** What is to become of a token. `missing` says why, when the project does not show it. */
export function assess(
  context: MutationContext,
  action: BulkAction,
  projectId: string,
  { tokenHash, record, requestedId, hasStatus }: Picked,
  missing: Problem,
): BulkToken {
  const why = record ? reasonToLeaveOut(context, action, record) : missing;
  const isDone = record?.status === action.goal;
  const plannedAction = isDone ? 'done' : why || !hasStatus ? 'out' : 'due';
  return {
    key: changeKey(projectId, tokenHash),
    projectId,
    requestedId,
    plannedAction,
    before: record?.status ?? null,
    isAskedFor: hasStatus,
    isPlanned: false,
    record,
    outcome: isDone ? 'ALREADY_DONE' : why ? 'LEFT_OUT' : 'WOULD_CHANGE',
    problem: isDone ? null : why,
    verification: null,
  };
}

function reasonToLeaveOut(
  context: MutationContext,
  { goal }: BulkAction,
  { status, secret }: ApiTokenRecord,
): Problem | null {
  if (status === 'REVOKED') return problem('TOKEN_REVOKED');
  if (secret.isMasked) return problem('TOKEN_VALUE_MASKED');
  // Blocking what may be in use does no harm that was not asked for; bringing to life what is not understood may.
  if (goal === 'ACTIVE' && status !== 'BLOCKED') return problem('UNKNOWN_STATUS');
  if (goal === 'BLOCKED' && context.isInUse(secret)) return problem('WOULD_LOCK_OUT');
  return null;
}
