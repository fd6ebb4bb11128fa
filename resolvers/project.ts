import type { GraphQLResolveInfo } from 'graphql';
import { readProject } from '../src/cost/arguments.ts';
import { named } from '../src/cost/estimator.ts';
import { type Cost, inside, NOWHERE } from '../src/cost/parentScope.ts';
import type {
  ProjectAssistantsArgs,
  ProjectRequestsArgs,
  ProjectResolvers,
  QueryResolvers,
} from '../src/generated/resolvers.ts';
import { type ProjectReference, projectTokens } from '../src/loaders/apiTokens.ts';
import { assistantsOfProjectCost } from '../src/loaders/assistantCosts.ts';
import { projectSearchProfiles } from '../src/loaders/searchProfiles.ts';
import { perProject } from '../src/loaders/source.ts';
import { projectLimit } from '../src/loaders/usageLimits.ts';
import type { AssistantSummary } from '../src/platform/resources/assistants.ts';
import { listProjectMembers, listProjectRoles } from '../src/platform/resources/members.ts';
import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import type { SearchProfileRecord } from '../src/platform/resources/searchProfiles.ts';
import { listProjectLimits } from '../src/platform/resources/usageLimits.ts';
import type { RequestContext } from '../src/request/context.ts';
import { startReads } from '../src/request/earlyStart.ts';
import { type EntityResolver, idOf, loadReferences } from '../src/request/entityReferences.ts';
import { itself, ordered, pageOf, pages, reads, type View } from '../src/request/fields.ts';
import { lazyPages } from '../src/request/paging/lazyPages.ts';
import { byName, listing, orders } from '../src/request/paging/pagination.ts';
import { type Complete, declared, type Fields, keyMember } from '../src/request/resolverTypes.ts';
import { analyticsOfProject } from './analytics.ts';
import { readTokenView } from './apiTokenListing.ts';
import { assistantNeeds } from './assistant.ts';
import { readNamePart, readPlatformId } from './input.ts';
import { toApiTokenModel, toAssistantModel } from './models.ts';
import { organizationById } from './organization.ts';
import { projectRequests, requestPageCost } from './request.ts';
import { usageOfProject } from './usage.ts';
import { usageLimitView } from './usageLimitListing.ts';

const projectCost: Cost = (field, _scope, { estimator }) => {
  const id = readProject(field.args()?.id);
  if (id === null) return null;
  estimator.records(named([id]), field.path);
  return inside(named([id]));
};

export const Query: Fields<Pick<QueryResolvers, 'project'>> = {
  project: declared({ cost: projectCost }, (_root, { id }, context, info) => {
    const projectId = readPlatformId(id);
    startReads([{ id: projectId, organizationId: null }], context, info);
    return context.loaders.projects.load(projectId);
  }),
};

const organizationCost: Cost = (field, { count, projects }, { estimator }) => {
  const { tokens, hasUserToken } = estimator.caller;
  if (projects && (hasUserToken || (tokens > 1 && !projects.isListed))) estimator.records(projects, field.path);
  return { ...NOWHERE, count };
};

const SEARCH_PROFILES = ordered(orders({ NAME: byName<SearchProfileRecord>('searchProfiles') }));

export const Project: Complete<ProjectResolvers, ProjectRecord> = {
  id: keyMember,
  organization: declared({ cost: organizationCost, part: 'key' }, async (project, _args, context) => {
    const known = project.organizationId ?? (await context.credentials.organizationOf(project.id));
    const id = known ?? (await context.loaders.projects.load(project.id))?.organizationId;
    return id == null ? null : organizationById(id, context);
  }),
  apiTokens: pages(projectTokens, readTokenView, toApiTokenModel),
  assistants: declared(
    { cost: assistantsOfProjectCost, takes: 'PROJECT', part: 'key' },
    async (project, args, context, info) => {
      const view = readAssistantView(args);
      const assistants = await readAssistants(project, context, info);
      const toNode = (assistant: AssistantSummary) => toAssistantModel(assistant, project);
      return assistants && pageOf(view, assistants, args, toNode, context.admission);
    },
    (project, _args, context, info) => readAssistants(project, context, info),
  ),
  members: lazyPages('members', perProject(listProjectMembers)),
  requests: declared(
    { cost: requestPageCost, takes: 'PROJECT', permission: 'geai:requests:read', part: 'key' },
    projectRequests,
    (project, args, context) => projectRequests(project, args as ProjectRequestsArgs, context),
  ),
  roles: lazyPages('roles', perProject(listProjectRoles)),
  searchProfiles: pages(projectSearchProfiles, SEARCH_PROFILES, itself),
  usageLimit: reads(projectLimit),
  usageLimits: pages(perProject(listProjectLimits), usageLimitView, itself),
  analytics: analyticsOfProject,
  usage: usageOfProject,
};

/** Assistants of a project, as deep as the selection reads them. */
function readAssistants(project: ProjectReference, context: RequestContext, info: GraphQLResolveInfo) {
  return context.loaders.assistants.ofProject(project.id, assistantNeeds(context, info, 'nodes'));
}

/** Projects by reference: one call by id, or one list however many (design.md 5). */
export const resolveProjects: EntityResolver = (references, context, info) =>
  loadReferences(
    references,
    (reference) => readPlatformId(idOf(reference)),
    (ids) => {
      startReads(
        [...new Set(ids)].map((id) => ({ id, organizationId: null })),
        context,
        info,
      );
      return context.loaders.projects.loadMany(ids);
    },
  );

const ASSISTANTS = orders({
  NAME: listing(
    'assistants',
    ({ name }: AssistantSummary) => name.toLowerCase(),
    ({ id }: AssistantSummary) => id,
  ),
});

/** Order and filter of assistants, from the arguments. Throws `BAD_USER_INPUT`. */
function readAssistantView({ filter, orderBy }: ProjectAssistantsArgs): View<AssistantSummary> {
  const isNamed = readNamePart('filter.nameContains', filter?.nameContains);
  return { order: ASSISTANTS(orderBy), isIn: isNamed && (({ name }) => isNamed(name)) };
}
