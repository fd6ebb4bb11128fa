import { restrictionKey } from '../../access/visibility.ts';
import type { BulkApiTokenUserErrorCode } from '../../generated/resolvers.ts';
import type { MutationContext } from '../../mutations/context.ts';
import type { MutationInput, TargetKind } from '../../mutations/mutation.ts';
import { type Refused, refused } from '../../mutations/outcome.ts';
import type { BulkAction } from './action.ts';
import { planName } from './auditDetails.ts';
import { bulkCost, bulkExtent } from './cost.ts';
import { isExpired, type Plan, type Purpose, planOf, readPlanId } from './planId.ts';
import { listedIn, type Scan, scan } from './scan.ts';
import { readSelection, type SelectionInput } from './selection.ts';
import { type BulkUserError, bulkUserError } from './userErrors.ts';

export interface BulkInput extends SelectionInput, MutationInput {
  readonly dryRun: boolean;
  readonly planId?: string | null | undefined;
}

/** Tokens that `ids` or `filter` select, and the plan for them. */
export interface BulkTarget extends Scan {
  readonly purpose: Purpose;
  /** Plan to carry out. Null in a dry run. */
  readonly plan: Plan | null;
  /** Plan for the scanned tokens. */
  readonly current: Plan;
}

export function bulkTarget(action: BulkAction): TargetKind<BulkInput, BulkTarget, BulkApiTokenUserErrorCode> {
  return {
    // The target is the plan, once the projects are scanned.
    idOf: () => null,
    checks: (input, { ids }) => {
      const selection = readSelection(ids, input);
      return [...planErrors(input), ...(selection.kind === 'refused' ? selection.userErrors : [])];
    },
    find: async (context, input) => {
      const selection = readSelection(context.ids, input);
      if (selection.kind === 'refused') return selection;
      // A plan holds figures of what its maker sees.
      const purpose = { action: action.name, scope: selection.scope + restrictionKey(context.principal) };
      const known = input.dryRun ? DRY_RUN : planToFollow(context, purpose, input.planId);
      if (known.kind === 'refused') return known;
      const madeAt = Date.now();
      const scanned = await scan(context, action, selection);
      if (scanned.kind === 'refused') return scanned;
      const { projects } = scanned;
      const current = planOf(context.ids, listedIn(projects), madeAt);
      const manager = projects.find((project) => project.manager)?.manager ?? null;
      const target = { ...scanned, purpose, plan: known.plan, current };
      return { kind: 'found', manager, target, facts: { target: planName(known.plan ?? current) } };
    },
    extent: bulkExtent,
    cost: bulkCost,
  };
}

function planErrors({ dryRun, planId = null }: BulkInput): BulkUserError[] {
  if (dryRun && planId !== null) {
    const message = 'A `planId` is for the real run: set `dryRun: false`, or leave `planId` out. Nothing was changed.';
    return [bulkUserError('CONFLICTING', 'planId', message)];
  }
  if (dryRun || planId !== null) return [];
  const message = 'Run it with `dryRun: true` first, review the result, and pass its `planId`.';
  return [bulkUserError('PLAN_REQUIRED', 'planId', message)];
}

interface KnownPlan {
  readonly kind: 'plan';
  readonly plan: Plan | null;
}

const DRY_RUN: KnownPlan = { kind: 'plan', plan: null };

function planToFollow(
  { ids }: MutationContext,
  purpose: Purpose,
  planId: string | null | undefined,
): KnownPlan | Refused<BulkApiTokenUserErrorCode> {
  const plan = readPlanId(ids, purpose, planId ?? '');
  if (!plan) {
    const message =
      '`planId` is not of a dry run of this mutation with the same `ids` or `filter`, by a caller who sees the same. Make one.';
    return refused(bulkUserError('PLAN_INVALID', 'planId', message));
  }
  if (!isExpired(plan, Date.now())) return { kind: 'plan', plan };
  const message = 'The plan was made more than an hour ago. Nothing was changed. Make another plan, and review it.';
  return refused(bulkUserError('PLAN_EXPIRED', 'planId', message));
}
