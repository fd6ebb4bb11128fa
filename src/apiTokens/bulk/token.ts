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

/** Token of a run. The run writes the members that are not `readonly`. */
export interface BulkToken {
  /** Project and hash of the token. */
  readonly key: string;
  readonly projectId: string;
  readonly requestedId: string | null;
  readonly plannedAction: PlannedAction;
  /** Null if the project has no such token. */
  readonly before: ApiTokenStatus | null;
  /** True if its status is selected. Another token is returned only if the plan changes it. */
  readonly isAskedFor: boolean;
  /** True if the plan changes it, in this run or an earlier one. */
  isPlanned: boolean;
  record: ApiTokenRecord | null;
  outcome: BulkOutcome;
  problem: Problem | null;
  verification: Verification | null;
}

/** Returns the reason why the list does not show a token: absent, masked or unreadable. */
export function whyMissing({ records, unreadableCount }: ApiTokenList): Problem {
  if (records.some(({ secret }) => secret.form !== 'whole')) return problem('TOKEN_VALUE_MASKED');
  if (unreadableCount === 0) return problem('TOKEN_NOT_FOUND');
  return problemOfReading(new PlatformError('BAD_RESPONSE', listApiTokens));
}

/** Returns the token with its planned action. `missing` is the reason if the project does not list it. */
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
  // Blocking a token of unknown status does no unwanted harm; unblocking it may.
  if (goal === 'ACTIVE' && status !== 'BLOCKED') return problem('UNKNOWN_STATUS');
  if (goal === 'BLOCKED' && context.isInUse(secret)) return problem('WOULD_LOCK_OUT');
  return null;
}
