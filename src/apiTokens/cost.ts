import type { CostEstimator } from '../cost/estimator.ts';
import { named } from '../cost/estimator.ts';
import type { ParentScope, SelectedField, Times } from '../cost/parentScope.ts';
import { inside } from '../cost/parentScopes.ts';
import { maxPolls } from '../mutations/backoff.ts';

/** Calls of a creation once its project is known. */
export function createCalls(times: Times, input: Readonly<Record<string, unknown>>): number {
  const blocking = input.status === 'BLOCKED' ? 1 + verifying(times) : 0;
  // A value that does not look like a token is tried before it is handed out.
  const proving = 1;
  return creating(times, input.idempotencyKey != null) + proving + blocking;
}

/** Calls of a rotation once the old token is found. */
export function rotationCalls(times: Times, { oldToken }: Readonly<Record<string, unknown>>): number {
  const blocking = oldToken === 'BLOCK' ? 1 + verifying(times) : 0;
  // The list that a successor of an earlier run is looked for in.
  return 1 + creating(times, true) + verifying(times) + blocking;
}

/** Looks for what a creation left whose answer was lost: at least two, each of them a list (`recover`). */
export function recovering({ verifyTimeoutMs, upstreamTimeoutMs }: Times, isResumable: boolean): number {
  const now = maxPolls(verifyTimeoutMs);
  return isResumable ? now + maxPolls(verifyTimeoutMs + upstreamTimeoutMs) : now;
}

/** The list before, the creation, and the polls for what it left if its answer is lost (`issueToken`). */
function creating(times: Times, isResumable: boolean): number {
  return 2 + recovering(times, isResumable);
}

/** Looks at a changed token: each a list, and a trial of the token (`verifyTokens`). */
export function verifying({ verifyTimeoutMs }: Times): number {
  return 2 * maxPolls(verifyTimeoutMs);
}

/** Root fields of a mutation run one after the other, and each makes the loaders forget. */
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
