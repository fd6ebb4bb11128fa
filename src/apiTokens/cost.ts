import type { CostEstimator } from '../cost/estimator.ts';
import { named } from '../cost/estimator.ts';
import { inside, type ParentScope, type SelectedField, type Times } from '../cost/parentScope.ts';
import { maxPolls } from '../mutations/backoff.ts';

/** Number of calls of a creation, once its project is known. */
export function createCalls(times: Times, input: Readonly<Record<string, unknown>>): number {
  const blocking = input.status === 'BLOCKED' ? 1 + verifying(times) : 0;
  // A value of doubtful form is tried before it is returned.
  const proving = 1;
  return creating(times, input.idempotencyKey != null) + proving + blocking;
}

/** Number of calls of a rotation, once the old token is found. */
export function rotationCalls(times: Times, { oldToken }: Readonly<Record<string, unknown>>): number {
  const blocking = oldToken === 'BLOCK' ? 1 + verifying(times) : 0;
  // The list that may show a successor of an earlier run.
  return 1 + creating(times, true) + verifying(times) + blocking;
}

/** Number of lists that are polled for a token whose creation lost its answer (`recover`). */
export function recovering({ verifyTimeoutMs, upstreamTimeoutMs }: Times, isResumable: boolean): number {
  const now = maxPolls(verifyTimeoutMs);
  return isResumable ? now + maxPolls(verifyTimeoutMs + upstreamTimeoutMs) : now;
}

/** The list before, the creation, and the polls if its answer is lost (`issueToken`). */
function creating(times: Times, isResumable: boolean): number {
  return 2 + recovering(times, isResumable);
}

/** Number of calls that verify a token: each poll is a list and a trial (`verifyTokens`). */
export function verifying({ verifyTimeoutMs }: Times): number {
  return 2 * maxPolls(verifyTimeoutMs);
}

/** Counts the calls of a mutation. Root fields run one after the other, and each forgets what was read. */
export function changing(
  field: SelectedField,
  projectId: string,
  calls: number,
  estimator: CostEstimator,
): ParentScope {
  estimator.startOver();
  estimator.manager(named([projectId]), field.path);
  estimator.counter.add(field.path, calls);
  return inside(named([projectId]));
}
