import type { Problem } from './problems.ts';
import type { ScannedProject } from './scan.ts';
import type { BulkOutcome, BulkToken } from './token.ts';

/** How many tokens met which end. */
export interface BulkCounts {
  readonly total: number;
  readonly wouldChange: number;
  readonly changed: number;
  readonly alreadyDone: number;
  readonly leftOut: number;
  readonly failed: number;
  readonly outcomeUnknown: number;
  readonly notAttempted: number;
}

/** A project with those of its tokens that are shown. */
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

/** A token of a status that was not asked for is shown when the plan changed it: it had the status then. */
export function isShown({ isAskedFor, isPlanned }: BulkToken): boolean {
  return isAskedFor || isPlanned;
}

/** The first projects in the order of what needs attention. `outcomes` null: all. */
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
    .sort((a, b) => urgencyOf(a) - urgencyOf(b) || (a.id < b.id ? -1 : 1))
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
  const [mine, other] = [orderOf(a), orderOf(b)];
  return mine < other ? -1 : mine > other ? 1 : 0;
}

/** Tokens that are not there come last. */
function orderOf({ record, key }: BulkToken): string {
  return record ? `0${record.name}\u0000${record.createdAt ?? ''}\u0000${key}` : `1${key}`;
}
