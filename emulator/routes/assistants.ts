import { type Accepts, OAUTH_UNSTATED, ownProject } from '../access.ts';
import { type Call, countOf, isDetailed, type Route } from '../call.ts';
import { PlatformFailure } from '../failures.ts';
import { assistantDocument, assistantItem, projectWithProfiles } from '../wire.ts';

const PROJECT_TOKEN: Accepts = { organization: false, project: true, oauth: true };
const PROJECT_TOKEN_OAUTH_UNSTATED: Accepts = { ...PROJECT_TOKEN, oauth: OAUTH_UNSTATED };

/** What `count` 0 or none stands for; unknown (section 2.4), 10 is what document lists use (section 4). */
const DEFAULT_EXPORT_COUNT = 10;

/** Filter values; `completed` is what the examples write for `succeeded` (section 2.4). */
const REQUEST_STATUS: ReadonlyMap<string, string> = new Map([
  ['completed', 'succeeded'],
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['pending', 'pending'],
]);

/** What a project token reads: platform-api.md sections 2.4, 2.7 and 2.8. */
export const ASSISTANT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/organization/assistants',
    accepts: PROJECT_TOKEN_OAUTH_UNSTATED,
    answer: listAssistants,
  },
  {
    method: 'GET',
    path: '/v1/organization/request/export',
    accepts: PROJECT_TOKEN_OAUTH_UNSTATED,
    answer: exportRequests,
  },
  { method: 'GET', path: '/v1/assistant/{id}', accepts: PROJECT_TOKEN, answer: getAssistant },
  {
    method: 'GET',
    path: '/v1/search/profiles',
    accepts: PROJECT_TOKEN,
    answer: ({ grant }) => projectWithProfiles(ownProject(grant)),
  },
];

function listAssistants(call: Call): object {
  const project = ownProject(call.grant);
  const detailed = isDetailed(call);
  const assistants = project.details.assistants.map((assistant) => assistantItem(assistant, detailed));
  return { assistants, projectId: project.id, projectName: project.name };
}

function getAssistant(call: Call): object {
  const project = ownProject(call.grant);
  const detailed = isDetailed(call);
  const id = call.id.toLowerCase();
  const assistant = project.details.assistants.find((candidate) => candidate.id === id);
  if (!assistant) throw new PlatformFailure(1);
  return assistantDocument(assistant, project, detailed);
}

/** No total and no next link; a page beyond the end is empty. */
function exportRequests(call: Call): object {
  const { exportTokenAs, maxExportCount } = call.settings;
  const { requests, tokens } = ownProject(call.grant).details;
  const filter = { assistant: call.query('assistantName'), status: requestStatus(call.query('status')) };
  const skip = countOf(call, 'skip');
  const count = Math.min(countOf(call, 'count') || DEFAULT_EXPORT_COUNT, maxExportCount ?? Number.POSITIVE_INFINITY);
  const page = requests.page(filter, skip, count);
  if (exportTokenAs === 'value') return { items: page };
  const names = new Map(tokens.map(({ id, name }) => [id, name]));
  return { items: page.map((request) => ({ ...request, apiToken: names.get(request.apiToken) ?? request.apiToken })) };
}

function requestStatus(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const status = REQUEST_STATUS.get(text);
  if (status === undefined) throw new PlatformFailure(2032, 'status');
  return status;
}
