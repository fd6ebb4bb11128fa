import type { ApolloServerPlugin, BaseContext, GraphQLRequestContext } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../context.ts';
import { settle } from '../settle.ts';
import type { Caller } from './demands.ts';
import { type CallPlan, planCalls } from './plan.ts';

/** The header by which a caller asks to be told what the operation cost: `geai-explain: upstream`. */
export const EXPLAIN = 'geai-explain';

/** What one operation may come to. */
export interface Budget {
  /** Calls to the platform, retries aside. */
  readonly calls: number;
  /** Objects in the answer. The engine builds it in one go, and nothing interrupts it. */
  readonly objects: number;
}

/**
 * Refuses operations that may come to more than `budget`, before any call is made, and tells callers who ask for it in
 * `extensions.upstream` what their operation might have cost and did.
 */
export function callPlanPlugin(budget: Budget): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => {
      let planned = 0;
      return {
        didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
          // A name that the document does not have: the executor says so.
          if (!operation) return;
          const { ids, verifyTimeoutMs, upstreamTimeoutMs } = contextValue;
          const times = { verifyTimeoutMs, upstreamTimeoutMs };
          const whoAsks = () => callerOf(contextValue);
          const variables = request.variables ?? {};
          const plan = planCalls({ schema, document, operation, variables, whoAsks, ids, times });
          if (plan.objects > budget.objects) throw tooLarge(plan.objects, budget.objects);
          if (plan.calls - plan.exempt > budget.calls) throw overBudget(plan, budget.calls);
          planned = plan.calls;
        },
        willSendResponse: async ({ request, response: { body }, contextValue }) => {
          if (body.kind !== 'single' || !isAsked(request) || !(await mayBeTold(contextValue))) return;
          // Whoever asks for an explanation has to be known.
          const upstream = explanation(planned || contextValue.credentials.presented().length, contextValue);
          body.singleResult.extensions = { ...body.singleResult.extensions, upstream };
        },
      };
    },
  };
}

function callerOf({ credentials, borrowProjectTokens: borrows }: RequestContext): Caller {
  const presented = credentials.presented();
  const hasUserToken = presented.some(({ oauthProjectId }) => oauthProjectId !== null);
  return { tokens: presented.length, hasUserToken, borrows };
}

function isAsked({ http }: GraphQLRequestContext<BaseContext>['request']): boolean {
  return http?.headers.get(EXPLAIN)?.trim() === 'upstream';
}

/** Holders of an organization's or a user's credential, who answer for what is asked; project tokens sit in programs. */
async function mayBeTold({ credentials }: RequestContext): Promise<boolean> {
  const accepted = await settle(() => credentials.accepted());
  return !(accepted instanceof Error) && accepted.some(({ kind }) => kind === 'organization' || kind === 'oauth');
}

function explanation(planned: number, { session }: RequestContext) {
  const total = { made: 0, coalesced: 0, remembered: 0 };
  for (const { made, coalesced, remembered } of session.tally.byRoute.values()) {
    total.made += made;
    total.coalesced += coalesced;
    total.remembered += remembered;
  }
  return { planned, ...total, byRoute: Object.fromEntries(session.tally.byRoute) };
}

function overBudget({ calls, exempt, costliest }: CallPlan, budget: number): GraphQLError {
  const most = costliest ? ` Most of them, up to ${costliest.calls}, are for \`${costliest.path}\`.` : '';
  return new GraphQLError(
    `The operation may take ${calls - exempt} calls to the platform; ${budget} at most.${most} Ask for less at a time, such as a smaller \`first\`.`,
    { extensions: { code: 'TOO_MANY_UPSTREAM_CALLS', http: { status: 400 } } },
  );
}

function tooLarge(objects: number, most: number): GraphQLError {
  return new GraphQLError(
    `The answer may hold ${objects} objects; ${most} at most. Ask for less at a time, such as a smaller \`first\`.`,
    { extensions: { code: 'TOO_MANY_OBJECTS', http: { status: 400 } } },
  );
}
