import { pageSize } from '../src/cost/arguments.ts';
import { type Cost, inside } from '../src/cost/parentScope.ts';
import type {
  OrganizationUsageArgs,
  ResolversParentTypes,
  UsageGroupConnectionResolvers,
  UsageGroupResolvers,
} from '../src/generated/resolvers.ts';
import { assistantOfRequestCost } from '../src/loaders/assistantCosts.ts';
import { maxUsageProjects, scanDays, scanUsage, type UsageScan, usageScanCost } from '../src/loaders/usageScan.ts';
import type { RequestContext } from '../src/request/context.ts';
import { ownProject } from '../src/request/fields.ts';
import { Page } from '../src/request/paging/page.ts';
import { type Listing, listing, orders, type PageArguments, paginate } from '../src/request/paging/pagination.ts';
import { type Complete, declared, free } from '../src/request/resolverTypes.ts';
import type { UsageOfGroup } from '../src/usage/groups.ts';
import { addSums } from '../src/usage/usageTotals.ts';
import { bounds } from '../src/usage/window.ts';
import { sortKey } from '../src/values/decimal.ts';
import { daysIn } from './analytics.ts';
import { readPlatformIds } from './input.ts';
import { type OrganizationModel, toApiTokenModel } from './models.ts';
import { unreadableProjectsCost } from './organizationTokens.ts';
import { projectRef } from './projectRef.ts';
import { assistantNamed } from './request.ts';
import { readWindow } from './window.ts';

export type { UsageOfGroup as UsageGroupModel } from '../src/usage/groups.ts';

const keyOf = ({ project, token, tokenName, answeredBy, day }: UsageOfGroup) =>
  JSON.stringify([project?.id, tokenName, token?.secret.hint, answeredBy, day]);
const ordersOf = (grouping: string) =>
  orders({
    COST: listing(`${grouping} by cost`, ({ cost }: UsageOfGroup) => sortKey(cost), keyOf),
    REQUESTS: listing(`${grouping} by requests`, ({ requests }: UsageOfGroup) => sortKey(requests), keyOf),
    LAST_USED_AT: listing(`${grouping} by use`, ({ lastUsedAt, day }: UsageOfGroup) => lastUsedAt ?? day ?? '', keyOf),
  });

const ORDERS = {
  TOKEN: ordersOf('usageByToken'),
  ASSISTANT: ordersOf('usageByAssistant'),
  DAY: ordersOf('usageByDay'),
};
const COSTLIEST_FIRST = { field: 'COST', direction: 'DESC' } as const;
const IN_TIME = { field: 'LAST_USED_AT', direction: 'ASC' } as const;

const usageCost: Cost = (field, scope, circumstances) => {
  const organizations = Math.min(scope.count, circumstances.estimator.caller.tokens);
  if (!usageScanCost(field, scope, organizations, circumstances)) return null;
  return inside({ ids: null, key: field.key, size: organizations * pageSize(field), isListed: true });
};

/** A page of the groups of requests of an organization. */
async function usage(
  { id }: OrganizationModel,
  { window: asked, groupBy, projectIds: ids, orderBy, ...page }: OrganizationUsageArgs,
  { loaders, scans }: RequestContext,
) {
  const order = ORDERS[groupBy](orderBy ?? (groupBy === 'DAY' ? IN_TIME : COSTLIEST_FIRST));
  // Refuses a bad page before anything is read.
  paginate(order, [], page);
  const maxProjects = maxUsageProjects(scans);
  const projectIds = readPlatformIds('projectIds', ids, maxProjects);
  const window = readWindow(asked, loaders.requests.now);
  const selection = { projectIds, maxProjects };
  if (groupBy !== 'DAY') {
    const scan = await scanUsage(loaders, id, selection, groupBy, window);
    return Object.assign(pageOfGroups(order, scan, page), bounds(window));
  }
  const { days, from, to } = daysIn(window);
  const scan = await scanDays(loaders, id, selection, days);
  return Object.assign(pageOfGroups(order, scan, page), { from, to });
}

function pageOfGroups(
  order: Listing<UsageOfGroup>,
  { groups, unreadableCount, incompleteProjectCount, unreadableProjectCount, unreadableProjects }: UsageScan,
  page: PageArguments,
) {
  const { nodes, pageInfo, totalCount } = paginate(order, groups, page);
  return Object.assign(new Page(nodes, pageInfo, totalCount, unreadableCount), {
    ...addSums(groups),
    complete: incompleteProjectCount + unreadableProjectCount === 0,
    incompleteProjectCount,
    unreadableProjectCount,
    unreadableProjects: unreadableProjects.slice(0, page.first),
  });
}

export const organizationUsage = declared({ cost: usageCost, takes: 'ORGANIZATION' }, usage);

export const UsageGroupConnection: Complete<
  UsageGroupConnectionResolvers,
  ResolversParentTypes['UsageGroupConnection']
> = {
  unreadableProjects: declared({ cost: unreadableProjectsCost }, ({ unreadableProjects }) => unreadableProjects),
};

export const UsageGroup: Complete<UsageGroupResolvers, UsageOfGroup> = {
  project: declared(
    { cost: ownProject, part: 'key' },
    ({ project }, _args, context, info) => project && projectRef(project, context, info),
  ),
  apiToken: free(({ token, project }) => token && project && toApiTokenModel(token, project)),
  assistant: declared({ cost: assistantOfRequestCost, takes: 'PROJECT' }, ({ answeredBy, project }, _args, context) =>
    project && answeredBy !== null ? assistantNamed(answeredBy, project, context) : null,
  ),
};
