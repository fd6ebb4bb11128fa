import type { ProjectResolvers, QueryResolvers } from '../src/generated/resolvers.ts';
import { absentAsNull } from '../src/platform/client/errors.ts';
import type { ApiTokenRecord } from '../src/platform/resources/apiTokens.ts';
import type { AssistantSummary } from '../src/platform/resources/assistants.ts';
import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import { type EntityResolver, loadReferences } from '../src/request/entityReferences.ts';
import { listing, paginate } from '../src/request/pagination.ts';
import type { Complete } from '../src/request/resolverTypes.ts';
import { selectedFields } from '../src/request/selection.ts';
import { assistantNeeds } from './assistant.ts';
import { readPlatformId } from './input.ts';
import { toApiTokenModel, toAssistantModel } from './models.ts';
import { organizationById } from './organization.ts';
import { projectRequests } from './request.ts';

export const Query: Pick<QueryResolvers, 'project'> = {
  project: (_root, { id }, { loaders }) => loaders.projects.load(readPlatformId(id)),
};

export const Project: Complete<ProjectResolvers, ProjectRecord> = {
  organization: async (project, _args, context) => {
    const known = project.organizationId ?? (await context.credentials.organizationOf(project.id));
    const id = known ?? (await context.loaders.projects.load(project.id))?.organizationId;
    return id == null ? null : organizationById(id, context);
  },
  apiTokens: async (project, page, { loaders }) => {
    const tokens = await loaders.apiTokens.ofProject(project);
    if (!tokens) return null;
    const { nodes, ...rest } = paginate(API_TOKENS, tokens.records, page);
    const { unreadableCount } = tokens;
    return { ...rest, unreadableCount, nodes: nodes.map((token) => toApiTokenModel(token, project)) };
  },
  assistants: async (project, page, { loaders }, info) => {
    const assistants = await loaders.assistants.ofProject(project.id, assistantNeeds(selectedFields(info, ['nodes'])));
    if (!assistants) return null;
    const { nodes, ...rest } = paginate(ASSISTANTS, assistants.records, page);
    const { unreadableCount } = assistants;
    return { ...rest, unreadableCount, nodes: nodes.map((assistant) => toAssistantModel(assistant, project)) };
  },
  requests: projectRequests,
  usageLimit: (project, _args, { loaders }) => absentAsNull(loaders.usageLimits.ofProject(project)),
};

/** Projects by reference: one call by id, or one list however many (design.md 5). */
export const resolveProjects: EntityResolver = (references, { loaders }) =>
  loadReferences(references, readPlatformId, (ids) => loaders.projects.loadMany(ids));

const API_TOKENS = listing(
  'apiTokens',
  ({ createdAt }: ApiTokenRecord) => createdAt ?? '',
  // The hint tells tokens apart that were made in one go, without the cost of their ids.
  ({ name, secret }: ApiTokenRecord) => `${name}\u0000${secret.hint}`,
);

const ASSISTANTS = listing(
  'assistants',
  ({ name }: AssistantSummary) => name.toLowerCase(),
  ({ id }: AssistantSummary) => id,
);
