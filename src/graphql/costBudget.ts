import { type DocumentNode, GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { CallerTokens } from '../cost/estimator.ts';
import { type CostPlan, planCost } from '../cost/plan.ts';
import type { RequestContext } from '../request/context.ts';

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

/** The plan of an operation. Throws a `GraphQLError` when it may come to more than `budget`. */
export function planWithin(budget: Budget, due: DueOperation, context: RequestContext): CostPlan {
  const { ids, scans, settings } = context;
  const bounds = { scans, maxObjects: budget.objects };
  const plan = planCost({ ...due, whoAsks: () => tokensOf(context), ids, times: settings, ...bounds });
  if (plan.calls - plan.exempt > budget.calls) throw overBudget(plan, budget.calls);
  return plan;
}

function tokensOf({ credentials, settings: { borrowProjectTokens: borrows } }: RequestContext): CallerTokens {
  const hasUserToken = credentials.presented().some(({ oauthProjectId }) => oauthProjectId !== null);
  return { tokens: credentials.count, hasUserToken, borrows };
}

function overBudget({ calls, exempt, costliest }: CostPlan, budget: number): GraphQLError {
  const most = costliest ? ` Most of them, up to ${costliest.calls}, are for "${costliest.path}".` : '';
  return new GraphQLError(
    `The operation may take ${calls - exempt} calls to the platform; ${budget} at most.${most} Request less at a time, such as a smaller \`first\` or fewer \`projectIds\`.`,
    { extensions: { code: 'TOO_MANY_UPSTREAM_CALLS', http: { status: 400 } } },
  );
}
