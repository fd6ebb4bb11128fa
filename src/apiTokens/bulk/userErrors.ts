import type { BulkApiTokenUserErrorCode } from '../../generated/resolvers.ts';
import type { UserError } from '../../mutations/userErrors.ts';
import { type Deviation, dueCount, type Plan } from './planId.ts';
import { countsOf } from './report.ts';
import { listedIn, type ScannedProject } from './scan.ts';

export type BulkUserError = UserError<BulkApiTokenUserErrorCode>;

export function bulkUserError(code: BulkApiTokenUserErrorCode, field: string | null, message: string): BulkUserError {
  return { code, field, message };
}

/** User error with the number of tokens that are left for the next run. Empty if none are. */
export function unfinished(projects: readonly ScannedProject[]): BulkUserError[] {
  const { failed, outcomeUnknown, notAttempted } = countsOf(projects.flatMap(({ tokens }) => tokens));
  if (failed + outcomeUnknown + notAttempted === 0) return [];
  const message =
    `Not all was done: ${failed} tokens failed, ${outcomeUnknown} have an unknown outcome, and ${notAttempted} were not ` +
    'attempted. Run the plan again to continue.';
  return [bulkUserError('INCOMPLETE', null, message)];
}

export function planChanged(plan: Plan, deviation: Deviation, projects: readonly ScannedProject[]): BulkUserError {
  const unreadable = projects.filter((project) => project.problem).length;
  const unread = unreadable > 0 ? ` ${unreadable} projects could not be read just now.` : '';
  const what = deviation.areOthers ? otherTokens(plan, projects) : otherChanges(deviation);
  return bulkUserError('PLAN_CHANGED', 'planId', `${what}${unread} Nothing was changed. Make another plan.`);
}

function otherTokens(plan: Plan, projects: readonly ScannedProject[]): string {
  const listed = listedIn(projects);
  const due = listed.filter(({ plannedAction }) => plannedAction === 'due').length;
  const others = listed.length === plan.size ? ', but not the same ones' : '';
  return (
    `The plan is about ${plan.size} tokens and changes ${dueCount(plan)}; now ${listed.length} match${others}, and ${due} ` +
    'are to be changed.'
  );
}

function otherChanges({ newlyDue, outOfReach, undone }: Deviation): string {
  return (
    `The plan leaves alone ${newlyDue} tokens that are to be changed now, and changes ${outOfReach} that cannot be changed ` +
    `any more. ${undone} of its tokens were changed since it was made, and changed back.`
  );
}
