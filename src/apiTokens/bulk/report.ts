import { compare } from '../../values/compare.ts';
import type { Problem } from './problems.ts';
import type { ScannedProject } from './scan.ts';
import type { BulkOutcome, BulkToken } from './token.ts';

/** Number of tokens per outcome. */
interface BulkCounts {
  readonly total: number;
  readonly wouldChange: number;
  readonly changed: number;
  readonly alreadyDone: number;
  readonly leftOut: number;
  readonly failed: number;
  readonly outcomeUnknown: number;
  readonly notAttempted: number;
}

/** Project with the tokens that are returned. */
export interface ProjectReport {
  readonly id: string;
  readonly organizationId: string | null;
  readonly problem: Problem | null;
  readonly tokens: readonly BulkToken[];
  readonly unreadableCount: number;
}

export function countsOf(tokens: readonly BulkToken[]): BulkCounts {
  const counts = new Map<BulkOutcome, number>();
  for (const { outcome } of tokens) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const of = (outcome: BulkOutcome) => counts.get(outcome) ?? 0;
  return {
    total: tokens.length,
    wouldChange: of('WOULD_CHANGE'),
    changed: of('CHANGED'),
    alreadyDone: of('ALREADY_DONE'),
    leftOut: of('LEFT_OUT'),
    failed: of('FAILED'),
    outcomeUnknown: of('OUTCOME_UNKNOWN'),
    notAttempted: of('NOT_ATTEMPTED'),
  };
}

/** True if the token is returned: it has a selected status, or the plan changed it from one. */
export function isShown({ isAskedFor, isPlanned }: BulkToken): boolean {
  return isAskedFor || isPlanned;
}

/** Returns the first projects, those that need attention before others. `outcomes` is null for all. */
export function reportOf(
  projects: readonly ScannedProject[],
  first: number,
  outcomes: ReadonlySet<BulkOutcome> | null,
): ProjectReport[] {
  return projects
    .map(({ id, organizationId, problem, unreadableCount, tokens }) => ({
      id,
      organizationId,
      problem,
      unreadableCount,
      tokens: tokens.filter((token) => isShown(token) && (outcomes === null || outcomes.has(token.outcome))),
    }))
    .filter((report) => report.tokens.length > 0 || (isUnread(report) && outcomes === null))
    .sort((a, b) => urgencyOf(a) - urgencyOf(b) || compare(a.id, b.id))
    .slice(0, first)
    .map((report) => ({ ...report, tokens: report.tokens.toSorted(byName) }));
}

const NEED_ATTENTION = new Set<BulkOutcome>(['LEFT_OUT', 'FAILED', 'OUTCOME_UNKNOWN', 'NOT_ATTEMPTED']);

function isUnread({ problem, unreadableCount }: ProjectReport): boolean {
  return problem !== null || unreadableCount > 0;
}

function urgencyOf(report: ProjectReport): number {
  if (isUnread(report)) return 0;
  return report.tokens.some(({ outcome }) => NEED_ATTENTION.has(outcome)) ? 1 : 2;
}

function byName(a: BulkToken, b: BulkToken): number {
  return compare(orderOf(a), orderOf(b));
}

/** Sorts absent tokens last. */
function orderOf({ record, key }: BulkToken): string {
  return record ? `0${record.name}\u0000${record.createdAt ?? ''}\u0000${key}` : `1${key}`;
}
