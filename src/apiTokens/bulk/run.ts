import { unavailable } from '../../errors.ts';
import { type AuditScope, audited } from '../../mutations/audited.ts';
import type { MutationContext } from '../../mutations/context.ts';
import { textErrors } from '../../mutations/userErrors.ts';
import { changedSince, noteChanges } from '../changeNotes.ts';
import type { BulkAction } from './action.ts';
import { eventDetails, isChanged, planName, verificationOf } from './auditDetails.ts';
import { sendChanges, verifyChanges } from './execute.ts';
import {
  type Deviation,
  dueCount,
  followPlan,
  isExpired,
  type Plan,
  planOf,
  readPlanId,
  writePlanId,
} from './planId.ts';
import { countsOf } from './report.ts';
import { type BulkToken, type ScannedProject, scan } from './scan.ts';
import { readSelection, type Selection, type SelectionInput } from './selection.ts';
import { type BulkUserError, bulkUserError, InputMistakes } from './userErrors.ts';

export interface BulkInput extends SelectionInput {
  readonly dryRun: boolean;
  readonly planId?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

export interface BulkResult {
  readonly planId: string | null;
  readonly dryRun: boolean;
  /** Every project that was looked through; none when the run was refused. */
  readonly projects: readonly ScannedProject[];
  /** Projects of the organization that could not be read out of its list. */
  readonly unlistedCount: number;
  readonly userErrors: readonly BulkUserError[];
}

/**
 * Blocks or unblocks many tokens: plans it (`dryRun`), or carries a plan out. A plan is carried out as it is or not at all;
 * run again, it goes on where it stopped (docs/decisions/12). Every run leaves one event in the audit log.
 */
export function runBulk(context: MutationContext, action: BulkAction, input: BulkInput): Promise<BulkResult> {
  return audited(context, { action: action.name, target: null, reason: input.reason }, async (audit) => {
    try {
      return await run(context, action, input, audit);
    } catch (error) {
      if (!(error instanceof InputMistakes)) throw error;
      return { planId: null, dryRun: input.dryRun, projects: [], unlistedCount: 0, userErrors: error.userErrors };
    }
  });
}

async function run(
  context: MutationContext,
  action: BulkAction,
  input: BulkInput,
  audit: AuditScope,
): Promise<BulkResult> {
  const selection = checked(context, input);
  const purpose = { action: action.name, scope: selection.scope };
  const plan = input.dryRun ? null : planToFollow(context, purpose, input.planId);
  const madeAt = Date.now();
  const scanned = await scan(context, action, selection);
  const { projects } = scanned;
  const manager = projects.find((project) => project.manager)?.manager;
  if (manager) audit.actor(manager);
  const found = planOf(context.ids, listedIn(projects), madeAt);
  audit.note({ target: planName(plan ?? found) });
  if (plan) await follow(context, action, plan, projects, audit);
  audit.note({ details: eventDetails(context.ids, action, input.dryRun, projects) });
  const planId = writePlanId(context.ids, purpose, plan ?? found);
  return { planId, dryRun: input.dryRun, ...scanned, userErrors: unfinished(projects) };
}

/** Throws `InputMistakes` with everything that is wrong with the input. */
function checked({ ids }: MutationContext, input: BulkInput): Selection {
  const mistakes: BulkUserError[] = [];
  for (const { code, message } of textErrors('reason', input.reason)) {
    mistakes.push(bulkUserError(code === 'TOO_LONG' ? 'TOO_LONG' : 'INVALID_CHARACTERS', 'reason', message));
  }
  if (input.dryRun && input.planId != null) {
    const message = 'A `planId` is for the real run: set `dryRun: false`, or leave `planId` out. Nothing was changed.';
    mistakes.push(bulkUserError('CONFLICTING', 'planId', message));
  }
  if (!input.dryRun && input.planId == null) {
    const message = 'Run it with `dryRun: true` first, review the result, and pass its `planId`.';
    mistakes.push(bulkUserError('PLAN_REQUIRED', 'planId', message));
  }
  try {
    const selection = readSelection(ids, input);
    if (mistakes.length === 0) return selection;
  } catch (error) {
    if (!(error instanceof InputMistakes)) throw error;
    mistakes.push(...error.userErrors);
  }
  throw new InputMistakes(mistakes);
}

function planToFollow(
  { ids }: MutationContext,
  purpose: { readonly action: string; readonly scope: string },
  planId: string | null | undefined,
): Plan {
  const plan = readPlanId(ids, purpose, planId ?? '');
  if (plan && isExpired(plan, Date.now())) {
    const message = 'The plan was made more than an hour ago. Nothing was changed. Make another plan, and review it.';
    throw new InputMistakes([bulkUserError('PLAN_EXPIRED', 'planId', message)]);
  }
  if (plan) return plan;
  const message = '`planId` is not of a dry run of this mutation with the same `ids` or `filter`. Make one.';
  throw new InputMistakes([bulkUserError('PLAN_INVALID', 'planId', message)]);
}

async function follow(
  context: MutationContext,
  action: BulkAction,
  plan: Plan,
  projects: readonly ScannedProject[],
  audit: AuditScope,
): Promise<void> {
  const listed = listedIn(projects);
  const planned = followPlan(context.ids, plan, listed, await changedMeanwhile(context, action, plan, listed));
  if ('areOthers' in planned) throw new InputMistakes([planChanged(plan, planned, projects)]);
  const tokens = projects.flatMap((project) => project.tokens);
  for (const token of tokens) token.isPlanned = planned.has(token.key);
  const sentAt = Date.now();
  if (tokens.some(({ plannedAction }) => plannedAction === 'due')) await audit.beforeWriting();
  try {
    await sendChanges(context, action, projects);
    await verifyChanges(context, action, projects);
  } finally {
    const made = tokens.filter(({ outcome, record }) => outcome === 'CHANGED' && record?.status === action.goal);
    await noteChanges(
      context,
      made.map(({ key }) => key),
      sentAt,
    );
    audit.note({
      changed: isChanged(tokens),
      verification: verificationOf(tokens),
      details: eventDetails(context.ids, action, false, projects),
    });
  }
}

/**
 * Tokens that are due although they were changed since the plan was made: somebody has changed them back, and had a reason. Without
 * the store blocking goes on, since more harm is done by a leaked token that stays active.
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

/** What is left for the next run of the plan. */
function unfinished(projects: readonly ScannedProject[]): BulkUserError[] {
  const { failed, outcomeUnknown, notAttempted } = countsOf(projects.flatMap(({ tokens }) => tokens));
  if (failed + outcomeUnknown + notAttempted === 0) return [];
  const message =
    `Not all was done: ${failed} tokens failed, ${outcomeUnknown} have an unknown outcome, and ${notAttempted} were not ` +
    'attempted. Run the plan again to continue.';
  return [bulkUserError('INCOMPLETE', null, message)];
}

function planChanged(plan: Plan, deviation: Deviation, projects: readonly ScannedProject[]): BulkUserError {
  const listed = listedIn(projects);
  const unreadable = projects.filter((project) => project.problem).length;
  const due = listed.filter(({ plannedAction }) => plannedAction === 'due').length;
  const what = deviation.areOthers
    ? `The plan is about ${plan.size} tokens and changes ${dueCount(plan)}; now ${listed.length} match` +
      `${listed.length === plan.size ? ', but not the same ones' : ''}, and ${due} are to be changed.`
    : `The plan leaves alone ${deviation.newlyDue} tokens that are to be changed now, and changes ` +
      `${deviation.outOfReach} that cannot be changed any more. ${deviation.undone} of its tokens were changed since it was ` +
      'made, and changed back.';
  const unread = unreadable > 0 ? ` ${unreadable} projects could not be read just now.` : '';
  return bulkUserError('PLAN_CHANGED', 'planId', `${what}${unread} Nothing was changed. Make another plan.`);
}

/** The tokens that are there. */
function listedIn(projects: readonly ScannedProject[]): BulkToken[] {
  return projects.flatMap((project) => project.tokens.filter(({ record }) => record !== null));
}
