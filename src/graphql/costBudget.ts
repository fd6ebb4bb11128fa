import { type DocumentNode, GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { isRestricted } from '../access/visibility.ts';
import type { CallerTokens } from '../cost/estimator.ts';
import { type CostPlan, planCost } from '../cost/plan.ts';
import type { RequestContext } from '../request/context.ts';
import { toResult } from '../values/result.ts';

export interface Budget {
  /** Calls to the platform, retries aside. */
  readonly calls: number;
  /** Objects in the answer, which is built in one go without interruption. */
  readonly objects: number;
}

/** A valid operation, about to be executed. */
export interface DueOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As the caller sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Waits until the tokens that a restricted caller may use can be counted. Null if they can, or if the budget were enough for all
 * tokens of the server.
 */
export function beforePlanning(budget: Budget, due: DueOperation, context: RequestContext): Promise<unknown> | null {
  const { credentials, restriction } = context;
  if (!isRestricted(restriction) || credentials.areCountable) return null;
  const { calls, exempt } = planOf(budget, due, context, credentials.presented().length);
  return calls - exempt > budget.calls ? toResult(() => credentials.introspected()) : null;
}

/** The plan of an operation. Throws a `GraphQLError` when it may come to more than `budget`. */
export function planWithin(budget: Budget, due: DueOperation, context: RequestContext): CostPlan {
  const plan = planOf(budget, due, context);
  if (plan.calls - plan.exempt > budget.calls) throw overBudget(plan, budget.calls);
  return plan;
}

/** `tokens` is the number that calls may be made with, if it is not that of the caller. */
function planOf(
  { objects: maxObjects }: Budget,
  due: DueOperation,
  context: RequestContext,
  tokens?: number,
): CostPlan {
  const { ids, scans, settings } = context;
  const whoAsks = () => tokensOf(context, tokens);
  return planCost({ ...due, whoAsks, ids, times: settings, scans, maxObjects });
}

function tokensOf({ credentials, settings }: RequestContext, tokens = credentials.count): CallerTokens {
  const hasUserToken = credentials.presented().some(({ oauthProjectId }) => oauthProjectId !== null);
  return { tokens, hasUserToken, borrows: settings.borrowProjectTokens };
}

function overBudget({ calls, exempt, costliest }: CostPlan, budget: number): GraphQLError {
  const most = costliest ? ` Most of them, up to ${costliest.calls}, are for "${costliest.path}".` : '';
  return new GraphQLError(
    `The operation may take ${calls - exempt} calls to the platform; ${budget} at most.${most} Request less at a time, such as a smaller \`first\` or fewer \`projectIds\`.`,
    { extensions: { code: 'TOO_MANY_UPSTREAM_CALLS', http: { status: 400 } } },
  );
}
