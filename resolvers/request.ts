import { GraphQLError } from 'graphql';
import { pageSize } from '../src/cost/arguments.ts';
import { type Cost, inside } from '../src/cost/parentScope.ts';
import type { Reading } from '../src/cost/reading.ts';
import type { ProjectRequestResolvers, ProjectRequestsArgs } from '../src/generated/resolvers.ts';
import type { ProjectReference } from '../src/loaders/apiTokens.ts';
import { assistantOfRequestCost } from '../src/loaders/assistantCosts.ts';
import { requestsCost } from '../src/loaders/requests.ts';
import { absentFrom } from '../src/platform/client/lists.ts';
import { listApiTokens } from '../src/platform/resources/apiTokens.ts';
import { listAssistants } from '../src/platform/resources/assistants.ts';
import type { RequestContent } from '../src/platform/resources/requests.ts';
import type { RequestContext } from '../src/request/context.ts';
import { tokensCost } from '../src/request/fields.ts';
import { readPlace } from '../src/request/paging/cursors.ts';
import { Page, PlacedPageInfo } from '../src/request/paging/page.ts';
import { checkPageSize } from '../src/request/paging/pagination.ts';
import { PlacedList } from '../src/request/paging/placedList.ts';
import { type Complete, declared } from '../src/request/resolverTypes.ts';
import { tokenBehind } from '../src/usage/attribution.ts';
import type { RequestFilter } from '../src/usage/requestPage.ts';
import { readName } from './input.ts';
import { type AssistantModel, type ProjectRequestModel, toApiTokenModel, toAssistantModel } from './models.ts';
import { readOpenWindow } from './window.ts';

export const requestPageCost: Cost = (field, { projects }, { estimator }) => {
  const first = pageSize(field);
  if (!projects || first === 0) return null;
  requestsCost(projects, field.args(), field.path, estimator);
  return { ...inside(projects), count: projects.size * first };
};

/** A page of what a project answered. */
export async function projectRequests(
  project: ProjectReference,
  args: ProjectRequestsArgs,
  { loaders, settings, principal }: RequestContext,
) {
  const { first, after, filter } = args;
  const { id, organizationId } = project;
  checkPageSize(first);
  const list = new PlacedList('requests', project, args);
  const start = after == null ? { place: 0, follows: false, beginning: null } : readPlace(list, after);
  const { place: skip, follows, beginning } = start;
  // Not by the selection: identical reads of several requests may share an answer, which must mean the same to all.
  const withContent = settings.exposeRequestContent && principal.permissions.has('geai:content:read');
  const page = await loaders.requests.page(id, { skip, beginning, first, filter: readFilter(filter), withContent });
  if (!page) return null;
  const nodes = page.requests.map((request): ProjectRequestModel => ({ ...request, project: { id, organizationId } }));
  list.beginning = page.beginning;
  const pageInfo = new PlacedPageInfo(list, follows, page.hasMore, page.places, page.next);
  return new Page(nodes, pageInfo, null, page.unreadableCount);
}

const CONTENT: Reading = { permission: 'geai:content:read' };

export const ProjectRequest: Complete<ProjectRequestResolvers, ProjectRequestModel> = {
  assistant: declared(
    { cost: assistantOfRequestCost, takes: 'PROJECT' },
    async ({ answeredBy, project }, _args, context) =>
      answeredBy === null ? null : assistantNamed(answeredBy, project, context),
  ),
  apiToken: declared(
    { cost: tokensCost, takes: 'ORGANIZATION' },
    async ({ tokenLabel, project }, _args, { loaders }) => {
      const tokens = tokenLabel && (await loaders.apiTokens.ofProject(project));
      if (!tokens) return null;
      const found = tokenBehind(tokenLabel, tokens.records);
      return found ? toApiTokenModel(found, project) : absentFrom(tokens, listApiTokens);
    },
  ),
  input: declared(CONTENT, (request, _args, context) => contentOf(request, context)?.input ?? null),
  output: declared(CONTENT, (request, _args, context) => contentOf(request, context)?.output ?? null),
  prompt: declared(CONTENT, (request, _args, context) => contentOf(request, context)?.prompt ?? null),
};

/** The assistant of this name. Null when the project has none such. Throws if that is unknown. */
export async function assistantNamed(
  answeredBy: string,
  project: ProjectReference,
  { loaders }: RequestContext,
): Promise<AssistantModel | null> {
  const assistants = await loaders.assistants.ofProject(project.id, { revisions: false, detail: false });
  if (!assistants) return null;
  const found = assistants.records.find(({ name }) => name === answeredBy);
  return found ? toAssistantModel(found, project) : absentFrom(assistants, listAssistants.summary);
}

function contentOf({ content }: ProjectRequestModel, { settings }: RequestContext): RequestContent | null {
  if (settings.exposeRequestContent) return content;
  throw new GraphQLError(
    'The operator of this server does not expose the content of requests: `EXPOSE_REQUEST_CONTENT` is false.',
    { extensions: { code: 'FORBIDDEN' } },
  );
}

function readFilter(filter: ProjectRequestsArgs['filter']): RequestFilter {
  return {
    statuses: filter?.status ? new Set(filter.status) : null,
    assistantName: filter?.assistant == null ? null : readName('filter.assistant', filter.assistant),
    window: filter ? readOpenWindow(filter) : null,
  };
}
