import type { ApolloServerPlugin, BaseContext, GraphQLRequestContext } from '@apollo/server';
import { READ } from '../access/permissions.ts';
import { isRestricted } from '../access/visibility.ts';
import type { RequestContext } from '../request/context.ts';
import { toResult } from '../values/result.ts';
import { type Budget, planWithin } from './costBudget.ts';
import { whyRefused } from './enforcement.ts';

/** The header by which a caller asks to be told what the operation cost: `geai-explain: upstream`. */
export const EXPLAIN = 'geai-explain';

/** Adds `extensions.upstream` for callers who ask for it: what their operation might have cost, and what it did. */
export function explainPlugin(budget: Budget): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async ({ request: asked }) => {
      if (!isAsked(asked)) return;
      let planned = 0;
      return {
        didResolveOperation: async ({ schema, document, operation, request: { variables = {} }, contextValue }) => {
          // Nothing is told to a restricted caller, whose tokens may not be counted yet.
          if (operation && !isRestricted(contextValue.restriction))
            planned = planWithin(budget, { schema, document, operation, variables }, contextValue).calls;
        },
        willSendResponse: async ({ response: { body }, contextValue }) => {
          if (body.kind !== 'single' || !(await mayBeTold(contextValue))) return;
          // Only a known caller gets an explanation.
          const upstream = explanation(planned || contextValue.credentials.presented().length, contextValue);
          body.singleResult.extensions = { ...body.singleResult.extensions, upstream };
        },
      };
    },
  };
}

function isAsked({ http }: GraphQLRequestContext<BaseContext>['request']): boolean {
  return http?.headers.get(EXPLAIN)?.trim() === 'upstream';
}

/**
 * Holders of an organization's or a user's credential, who answer for what is asked; project tokens sit in programs. Not a caller
 * whom claims restrict: what is counted includes the tokens of the server that lie outside.
 */
async function mayBeTold(context: RequestContext): Promise<boolean> {
  if (whyRefused(context, READ) || isRestricted(context.principal)) return false;
  const accepted = await toResult(() => context.credentials.accepted());
  return !(accepted instanceof Error) && accepted.some(({ kind }) => kind === 'organization' || kind === 'oauth');
}

function explanation(planned: number, { session }: RequestContext) {
  const { totals, byRoute } = session.callCounts;
  const { made, coalesced, remembered } = totals;
  return { planned, made, coalesced, remembered, byRoute: Object.fromEntries(byRoute) };
}
