import { pageSize } from '../src/cost/arguments.ts';
import { type Cost, inside } from '../src/cost/parentScope.ts';
import { tokenScanCost } from '../src/cost/projectScan.ts';
import type {
  OrganizationApiTokenConnectionResolvers,
  OrganizationApiTokensArgs,
  ResolversParentTypes,
  UnreadableProjectResolvers,
} from '../src/generated/resolvers.ts';
import type { ProjectReference } from '../src/loaders/apiTokens.ts';
import { PROJECT_NOT_FOUND, type UnreadProject } from '../src/loaders/projectScan.ts';
import { scanTokens, type TokenScan } from '../src/loaders/tokenScan.ts';
import type { ApiTokenRecord } from '../src/platform/resources/apiTokens.ts';
import type { RequestContext } from '../src/request/context.ts';
import { ownProject } from '../src/request/fields.ts';
import { Page } from '../src/request/paging/page.ts';
import { paginate } from '../src/request/paging/pagination.ts';
import { type Complete, declared } from '../src/request/resolverTypes.ts';
import { isJsonObject } from '../src/values/json.ts';
import { nameAndHint, readTokenFilter, tokenOrders } from './apiTokenListing.ts';
import { readPlatformIds } from './input.ts';
import { type OrganizationModel, toApiTokenModel } from './models.ts';
import { projectRef } from './projectRef.ts';

export type { UnreadProject as UnreadableProjectModel } from '../src/loaders/projectScan.ts';

/** A token and where it was listed. */
interface Found {
  readonly token: ApiTokenRecord;
  readonly project: ProjectReference;
}

const TOKENS_OF_ORGANIZATION = tokenOrders(
  'organizationApiTokens',
  ({ token }: Found) => token,
  ({ token, project }: Found) => `${nameAndHint(token)}\u0000${project.id}`,
);

export const organizationTokensCost: Cost = (field, { count }, circumstances) => {
  const organizations = Math.min(count, circumstances.estimator.caller.tokens);
  const { filter } = field.args() ?? {};
  const projectIds = isJsonObject(filter) ? filter.projectIds : undefined;
  if (!tokenScanCost(field, organizations, projectIds, circumstances)) return null;
  return inside({ ids: null, key: field.key, size: organizations * pageSize(field), isListed: true });
};

/** A page of the tokens of all projects of an organization. */
export async function organizationTokens(
  { id }: OrganizationModel,
  { filter, orderBy, ...page }: OrganizationApiTokensArgs,
  { loaders, scans, admission }: RequestContext,
) {
  const maxProjects = scans.projects(1);
  const order = TOKENS_OF_ORGANIZATION(orderBy);
  const isIn = filter ? readTokenFilter(filter) : () => true;
  const projectIds = readPlatformIds('filter.projectIds', filter?.projectIds, maxProjects);
  // Refuses a bad page before anything is read.
  paginate(order, [], page);
  const scan = await scanTokens(loaders, [id], { projectIds, maxProjects });
  const found = tokensOf(scan, isIn);
  await order.prepare(found, admission);
  const { nodes, pageInfo, totalCount } = paginate(order, found, page);
  const models = nodes.map(({ token, project }) => toApiTokenModel(token, project));
  const unreadableCount = scan.projects.reduce((sum, { value }) => sum + value.unreadableCount, 0);
  return Object.assign(new Page(models, pageInfo, totalCount, unreadableCount), {
    unreadableProjectCount: scan.unreadableProjectCount,
    unreadableProjects: scan.unreadableProjects.slice(0, page.first),
  });
}

function tokensOf({ projects }: TokenScan, isIn: (token: ApiTokenRecord) => boolean): Found[] {
  return projects.flatMap(({ project, value }) => value.records.filter(isIn).map((token) => ({ token, project })));
}

/** Other projects than those of the page: they may be as many. */
export const unreadableProjectsCost: Cost = ({ key }, { projects }) =>
  projects && inside({ ids: null, key, size: projects.size, isListed: false });

export const OrganizationApiTokenConnection: Complete<
  OrganizationApiTokenConnectionResolvers,
  ResolversParentTypes['OrganizationApiTokenConnection']
> = {
  unreadableProjects: declared({ cost: unreadableProjectsCost }, ({ unreadableProjects }) => unreadableProjects),
};

export const UnreadableProject: Complete<UnreadableProjectResolvers, UnreadProject> = {
  project: declared(
    { cost: ownProject, part: 'key' },
    ({ projectId: id, organizationId, code }, _args, context, info) =>
      code === PROJECT_NOT_FOUND ? null : projectRef({ id, organizationId }, context, info),
  ),
};
