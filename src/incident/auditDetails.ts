import type { Ids } from '../ids.ts';
import type { BulkAction } from './action.ts';
import type { Plan } from './planId.ts';
import { countsOf, isShown } from './report.ts';
import type { SurveyedProject } from './survey.ts';

/** What the audit log calls a plan: the same in its dry run, in every run of it, and in the line before the first change. */
export function planName({ digest }: Plan): string {
  return `plan:${digest.toString('hex')}`;
}

/** What the event of a run tells beyond what every event does: each token with what became of it. */
export function eventDetails(ids: Ids, { goal }: BulkAction, dryRun: boolean, projects: readonly SurveyedProject[]) {
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
