import { unavailable } from '../../errors.ts';
import type { BulkApiTokenUserErrorCode } from '../../generated/resolvers.ts';
import type { MutationContext } from '../../mutations/context.ts';
import { mutation, type PayloadOf, type Work } from '../../mutations/mutation.ts';
import { done, type Outcome, refused } from '../../mutations/outcome.ts';
import { changedSince, noteChanges } from '../changeNotes.ts';
import { BLOCK_MANY, type BulkAction, UNBLOCK_MANY } from './action.ts';
import { eventDetails, isChanged, verificationOf } from './auditDetails.ts';
import { changeCalls } from './cost.ts';
import { sendChanges, verifyChanges } from './execute.ts';
import { followPlan, type Plan, writePlanId } from './planId.ts';
import { listedIn, type ScannedProject } from './scan.ts';
import { type BulkInput, type BulkTarget, bulkTarget } from './target.ts';
import type { BulkToken } from './token.ts';
import { type BulkUserError, planChanged, unfinished } from './userErrors.ts';

interface BulkRun {
  readonly planId: string | null;
  readonly dryRun: boolean;
  /** Projects that were scanned. Empty if the run was refused. */
  readonly projects: readonly ScannedProject[];
  /** Number of projects that could not be decoded in the list of the organization. */
  readonly unlistedCount: number;
}

export type BulkResult = PayloadOf<BulkRun, BulkApiTokenUserErrorCode>;

export const blockApiTokens = bulk(BLOCK_MANY);
export const unblockApiTokens = bulk(UNBLOCK_MANY);

/**
 * Declares a change of many tokens. A dry run makes a plan; a real run carries it out, or nothing. Run again, it continues
 * where it stopped (docs/decisions/12).
 */
function bulk(action: BulkAction) {
  return mutation<BulkInput, BulkTarget, BulkRun, BulkApiTokenUserErrorCode>({
    name: action.name,
    takes: 'ORGANIZATION',
    permission: 'geai:tokens:write',
    target: bulkTarget(action),
    calls: (times, { dryRun }, extent) => (dryRun === false ? changeCalls(extent, times) : 0),
    nothing: { planId: null, dryRun: true, projects: [], unlistedCount: 0 },
    known: ({ dryRun }) => ({ dryRun }),
    run: (work, { dryRun }) => run(work, action, dryRun),
  });
}

async function run(
  work: Work<BulkTarget>,
  action: BulkAction,
  dryRun: boolean,
): Promise<Outcome<BulkRun, BulkApiTokenUserErrorCode>> {
  const { context, audit, target } = work;
  const { purpose, plan, current, projects, unlistedCount } = target;
  if (plan) {
    const objection = await follow(work, action, plan);
    if (objection) return refused(objection);
  }
  audit.note({ details: eventDetails(context.ids, action, dryRun, projects) });
  const planId = writePlanId(context.ids, purpose, plan ?? current);
  return done({ planId, dryRun, projects, unlistedCount }, unfinished(projects));
}

/** Carries out the plan. Returns the reason why it was not; null if it was. */
async function follow(work: Work<BulkTarget>, action: BulkAction, plan: Plan): Promise<BulkUserError | null> {
  const { context, audit, target } = work;
  const { projects } = target;
  const listed = listedIn(projects);
  const planned = followPlan(context.ids, plan, listed, await changedMeanwhile(context, action, plan, listed));
  if (planned.kind === 'deviation') return planChanged(plan, planned, projects);
  const tokens = projects.flatMap((project) => project.tokens);
  for (const token of tokens) token.isPlanned = planned.keys.has(token.key);
  const sentAt = Date.now();
  if (tokens.some(({ plannedAction }) => plannedAction === 'due')) await audit.beforeWriting();
  try {
    await sendChanges(context, action, projects);
    await verifyChanges(context, action, projects);
  } finally {
    const made = tokens.filter(({ outcome, record }) => outcome === 'CHANGED' && record?.status === action.goal);
    const keys = made.map(({ key }) => key);
    await noteChanges(context, keys, sentAt);
    const details = eventDetails(context.ids, action, false, projects);
    audit.note({ changed: isChanged(tokens), verification: verificationOf(tokens), details });
  }
  return null;
}

/**
 * Returns due tokens that were changed since the plan was made: somebody changed them back, and had a reason. Without the store
 * blocking goes on, since a leaked token that stays active does more harm.
 */
async function changedMeanwhile(
  context: MutationContext,
  { goal }: BulkAction,
  { madeAt }: Plan,
  listed: readonly BulkToken[],
): Promise<ReadonlySet<string>> {
  const due = listed.filter(({ plannedAction }) => plannedAction === 'due').map(({ key }) => key);
  const changed = await changedSince(context, due, madeAt);
  if (changed) return changed;
  if (goal === 'BLOCKED') return new Set();
  throw unavailable(
    'STATE_UNAVAILABLE',
    'Changes of the tokens since the plan was made are unknown at the moment, so nothing was changed.',
  );
}
