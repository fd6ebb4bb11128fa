import { readProject } from '../src/cost/arguments.ts';
import { named } from '../src/cost/estimator.ts';
import { type Cost, NOWHERE } from '../src/cost/parentScope.ts';
import { inside } from '../src/cost/parentScopes.ts';
import type { ProjectResolvers, QueryResolvers } from '../src/generated/resolvers.ts';
import { projectTokens } from '../src/loaders/apiTokens.ts';
import { assistantsOfProjectCost } from '../src/loaders/assistantCosts.ts';
import { projectLimit } from '../src/loaders/usageLimits.ts';
import type { ApiTokenRecord } from '../src/platform/resources/apiTokens.ts';
import type { AssistantSummary } from '../src/platform/resources/assistants.ts';
import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import { type EntityResolver, loadReferences } from '../src/request/entityReferences.ts';
import { pageOf, pages, reads } from '../src/request/fields.ts';
import { listing } from '../src/request/pagination.ts';
import { type Complete, declared, type Fields, keyMember } from '../src/request/resolverTypes.ts';
import { selectedFields } from '../src/request/selection.ts';
import { assistantNeeds } from './assistant.ts';
import { readPlatformId } from './input.ts';
import { toApiTokenModel, toAssistantModel } from './models.ts';
import { organizationById } from './organization.ts';
import { projectRequests, requestsCost } from './request.ts';

const projectCost: Cost = (field, _scope, { estimator }) => {
  const id = readProject(field.args()?.id);
  if (id === null) return null;
  estimator.records(named([id]), field.path);
  return inside(named([id]));
};

export const Query: Fields<Pick<QueryResolvers, 'project'>> = {
  project: declared({ cost: projectCost }, (_root, { id }, { loaders }) => loaders.projects.load(readPlatformId(id))),
};

const organizationCost: Cost = (field, { count, projects }, { estimator }) => {
  const { tokens, hasUserToken } = estimator.caller;
  if (projects && (hasUserToken || (tokens > 1 && !projects.isListed))) estimator.records(projects, field.path);
  return { ...NOWHERE, count };
};

export const Project: Complete<ProjectResolvers, ProjectRecord> = {
  id: keyMember,
  organization: declared({ cost: organizationCost, part: 'key' }, async (project, _args, context) => {
    const known = project.organizationId ?? (await context.credentials.organizationOf(project.id));
    const id = known ?? (await context.loaders.projects.load(project.id))?.organizationId;
    return id == null ? null : organizationById(id, context);
  }),
  apiTokens: pages(
    projectTokens,
    listing(
      'apiTokens',
      ({ createdAt }: ApiTokenRecord) => createdAt ?? '',
      // The hint tells tokens apart that were made in one go, without the cost of their ids.
      ({ name, secret }: ApiTokenRecord) => `${name}\u0000${secret.hint}`,
    ),
    toApiTokenModel,
  ),
  assistants: declared(
    { cost: assistantsOfProjectCost, takes: 'PROJECT', part: 'key' },
    async (project, page, { loaders }, info) => {
      const needs = assistantNeeds(info, selectedFields(info, ['nodes']));
      const assistants = await loaders.assistants.ofProject(project.id, needs);
      return assistants && pageOf(ASSISTANTS, assistants, page, (assistant) => toAssistantModel(assistant, project));
    },
  ),
  requests: declared({ cost: requestsCost, takes: 'PROJECT', part: 'key' }, projectRequests),
  usageLimit: reads(projectLimit),
};

/** Projects by reference: one call by id, or one list however many (design.md 5). */
export const resolveProjects: EntityResolver = (references, { loaders }) =>
  loadReferences(references, readPlatformId, (ids) => loaders.projects.loadMany(ids));

const ASSISTANTS = listing(
  'assistants',
  ({ name }: AssistantSummary) => name.toLowerCase(),
  ({ id }: AssistantSummary) => id,
);
