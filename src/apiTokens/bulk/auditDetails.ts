import type { Ids } from '../../values/ids.ts';
import type { BulkAction } from './action.ts';
import type { Plan } from './planId.ts';
import { countsOf, isShown } from './report.ts';
import type { ScannedProject } from './scan.ts';
import type { BulkToken } from './token.ts';

/** Name of a plan in the audit log: the same in its dry run, its intent line, and every run. */
export function planName({ digest }: Plan): string {
  return `plan:${digest.toString('hex')}`;
}

/** Details of the audit event: each token with its outcome. */
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

/** True if the run changed a token. Null if no change is known, and some are unknown. */
export function isChanged(tokens: readonly BulkToken[]): boolean | null {
  if (tokens.some(({ outcome }) => outcome === 'CHANGED')) return true;
  return tokens.some(({ outcome }) => outcome === 'OUTCOME_UNKNOWN') ? null : false;
}

/** Verification of the run: the worst outcome, and the number of tokens per outcome. Null if no token was verified. */
export function verificationOf(tokens: readonly BulkToken[]) {
  const outcomes = tokens.flatMap(({ verification }) => verification?.outcome ?? []);
  const counts = Map.groupBy(outcomes, (outcome) => outcome);
  const [confirmed, pending, notChecked] = (['CONFIRMED', 'PENDING', 'NOT_CHECKED'] as const).map(
    (outcome) => counts.get(outcome)?.length ?? 0,
  );
  const outcome = notChecked ? 'NOT_CHECKED' : pending ? 'PENDING' : 'CONFIRMED';
  return outcomes.length === 0 ? null : { outcome, confirmed, pending, notChecked };
}
