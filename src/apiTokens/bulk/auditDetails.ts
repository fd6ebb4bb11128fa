import type { Ids } from '../../values/ids.ts';
import type { BulkAction } from './action.ts';
import type { Plan } from './planId.ts';
import { countsOf, isShown } from './report.ts';
import type { ScannedProject } from './scan.ts';
import type { BulkToken } from './token.ts';

/** What the audit log calls a plan: the same in its dry run, in every run of it, and in the line before the first change. */
export function planName({ digest }: Plan): string {
  return `plan:${digest.toString('hex')}`;
}

/** What the event of a run tells beyond what every event does: each token with what became of it. */
export function eventDetails(ids: Ids, { goal }: BulkAction, dryRun: boolean, projects: readonly ScannedProject[]) {
  const shown = projects.flatMap(({ tokens }) => tokens.filter(isShown));
  return {
    dryRun,
    goal,
    counts: countsOf(shown),
    unreadableTokens: projects.reduce((sum, { unreadableCount }) => sum + unreadableCount, 0),
    unreadable: projects.flatMap(({ id, problem }) => (problem ? { projectId: id, code: problem.code } : [])),
    targets: shown.map(({ projectId, requestedId, record, before, outcome, problem, verification }) => ({
      target: record ? ids.apiTokenId(projectId, record) : requestedId,
      before,
      after: record?.status ?? null,
      outcome,
      ...(problem ? { code: problem.code } : {}),
      ...(verification ? { verification: verification.outcome } : {}),
    })),
  };
}

/** Whether a run changed something. Null when of none that is known, and of some it is not. */
export function isChanged(tokens: readonly BulkToken[]): boolean | null {
  if (tokens.some(({ outcome }) => outcome === 'CHANGED')) return true;
  return tokens.some(({ outcome }) => outcome === 'OUTCOME_UNKNOWN') ? null : false;
}

/** What was seen of all tokens of a run that were watched: the least of it, and how many there are of each. Null when of none. */
export function verificationOf(tokens: readonly BulkToken[]) {
  const outcomes = tokens.flatMap(({ verification }) => verification?.outcome ?? []);
  const counts = Map.groupBy(outcomes, (outcome) => outcome);
  const [confirmed, pending, notChecked] = (['CONFIRMED', 'PENDING', 'NOT_CHECKED'] as const).map(
    (outcome) => counts.get(outcome)?.length ?? 0,
  );
  const outcome = notChecked ? 'NOT_CHECKED' : pending ? 'PENDING' : 'CONFIRMED';
  return outcomes.length === 0 ? null : { outcome, confirmed, pending, notChecked };
}
