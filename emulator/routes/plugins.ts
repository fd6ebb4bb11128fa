import { type Accepts, organizationInReach, projectInReach } from '../access.ts';
import { type Call, type Route, required } from '../call.ts';
import type { Assistant, SearchProfile } from '../model.ts';
import type { Project } from '../project.ts';
import { Random } from '../seed/random.ts';

/** Not stated; what it lists is for project tokens and users (platform-api.md section 1.3). */
const USERS: Accepts = { organization: false, project: true, oauth: true };

/** What every plugin says alike. */
const USUAL = {
  shareScope: 'project',
  streams: true,
  maxOutputTokens: 1_000,
  uploadFiles: false,
  uploadMaxFileCount: 0,
  uploadMaxFileSize: 0,
  canRegenerateAnswer: true,
  canShowPreview: false,
  fullConversation: true,
  mustTriggerInitialMessage: false,
  supportsRawHtml: false,
} as const;

/** Platform-api.md section 2.4: one list over all kinds, agents included. */
export const PLUGIN_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v1/plugins', accepts: USERS, answer: listPlugins },
];

function listPlugins(call: Call): object {
  organizationInReach(call.grant, required(call.query('organization'), 'organization'), 2001);
  const project = projectInReach(call.grant, required(call.query('project'), 'project'));
  const { assistants, searchProfiles } = project.details;
  const plugins = [
    ...assistants.map(assistantPlugin),
    ...searchProfiles.map((profile) => searchPlugin(project, profile)),
    agentPlugin(project),
  ];
  return { plugins };
}

function assistantPlugin({ id, name, description, revisions, defaultRevision }: Assistant): object {
  const revision = revisions.find((candidate) => candidate.id === defaultRevision);
  const { modelName, providerName } = revision ?? {};
  const about = { pluginId: id, pluginName: name, pluginType: 'assistant', pluginDescription: description };
  return { ...about, ...USUAL, temperature: 0.1, modelName, providerName };
}

/** Known by name elsewhere; the id is this list's own. */
function searchPlugin(project: Project, { name, description }: SearchProfile): object {
  const pluginId = new Random('search', project.id, name).uuid();
  return { pluginId, pluginName: name, pluginType: 'search', pluginDescription: description, ...USUAL };
}

function agentPlugin({ id }: Project): object {
  const pluginId = new Random('agent', id).uuid();
  const pluginDescription = 'An agent that does not exist, for lists';
  return { pluginId, pluginName: 'Invented Triage', pluginType: 'agent', pluginDescription, ...USUAL };
}
