import { type Accepts, OAUTH_UNSTATED, projectInReach } from '../access.ts';
import { type Call, isDetailed, type Route } from '../call.ts';
import { PlatformFailure } from '../failures.ts';
import { nestedLimitInput } from '../limitInput.ts';
import { emailMember, type Members, nameMember, textMember } from '../members.ts';
import type { EmulatorSettings } from '../options.ts';
import type { Organization } from '../organization.ts';
import type { Project } from '../project.ts';
import { projectRow, projectWithProfiles, toJson, tokenItem } from '../wire.ts';

const ORGANIZATION_TOKEN: Accepts = { organization: true, project: false, oauth: OAUTH_UNSTATED };
const PROJECT_PATH = '/v1/organization/project/{id}';

/** Platform-api.md section 2.2, and the token list of section 2.3. */
export const PROJECT_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v1/organization/projects', accepts: ORGANIZATION_TOKEN, answer: listProjects },
  {
    method: 'GET',
    path: PROJECT_PATH,
    accepts: { ...ORGANIZATION_TOKEN, project: true },
    answer: ({ grant, id }) => withOrganization(projectInReach(grant, id)),
  },
  { method: 'POST', path: '/v1/organization/project', accepts: ORGANIZATION_TOKEN, answer: createProject },
  { method: 'PUT', path: PROJECT_PATH, accepts: ORGANIZATION_TOKEN, answer: updateProject },
  { method: 'DELETE', path: PROJECT_PATH, accepts: ORGANIZATION_TOKEN, answer: deleteProject },
  { method: 'GET', path: `${PROJECT_PATH}/tokens`, accepts: ORGANIZATION_TOKEN, answer: listTokens },
];

/** Whole lists stay serialised until a project changes: 10,000 rows are 2 MB of JSON. */
const serialisedLists = new WeakMap<Organization, { version: number; lists: Map<boolean, Buffer> }>();

/** `summary` leaves hidden projects out (section 2.2). */
function listProjects(call: Call): Buffer {
  const { organization } = call.grant;
  const detailed = isDetailed(call);
  const name = call.query('name');
  if (name !== undefined) return toList(projectsNamed(name, call), detailed, call);
  const cached = serialisedLists.get(organization);
  const lists = cached?.version === organization.version ? cached.lists : new Map<boolean, Buffer>();
  const list = lists.get(detailed) ?? toList([...organization.projects()], detailed, call);
  serialisedLists.set(organization, { version: organization.version, lists: lists.set(detailed, list) });
  return list;
}

/** An exact match, whose case is unknown (section 2.2). */
function projectsNamed(name: string, { grant: { organization }, settings }: Call): readonly Project[] {
  if (settings.projectNameFilter === 'exact') {
    const named = organization.projectNamed(name);
    return named ? [named] : [];
  }
  return [...organization.projects()].filter((project) => project.name.toLowerCase() === name.toLowerCase());
}

function toList(projects: readonly Project[], detailed: boolean, { settings }: Call): Buffer {
  const rows = projects.filter(({ isHidden }) => detailed || !isHidden).map(projectRow);
  return toJson({ projects: rows }, settings.nullMembers);
}

function withOrganization(project: Project): object {
  const { id, name } = project.organization;
  return { organizationId: id, organizationName: name, ...projectWithProfiles(project) };
}

function createProject({ platform, grant, settings, members: readMembers }: Call): object {
  const members = readMembers();
  const name = freeName(grant.organization, members);
  const description = textMember(members, 'description');
  // Sent by the SDK, absent in older documentation.
  const administratorEmail = emailMember(members, 'administratorUserEmail');
  const limitInput = members.get('usagelimit') ?? null;
  const limit = limitInput === null ? null : nestedLimitInput(limitInput);
  const project = platform.createProject(grant.organization, { name, description, administratorEmail });
  const usageLimit = limit && project.details.limits.define(limit);
  const mask = settings.maskCreatedTokenIds ? settings.tokenMask : null;
  const tokens = project.details.tokens.map((token) => tokenItem(token, token.status, mask));
  return { ...projectWithProfiles(project), tokens, usageLimit };
}

function updateProject({ grant, id, settings, members: readMembers }: Call): object {
  const project = projectInReach(grant, id);
  const members = readMembers();
  const name = freeName(grant.organization, members, project);
  const sent = textMember(members, 'description');
  const isKept = sent === null && keepsDescription(settings, members);
  grant.organization.update(project, name, isKept ? project.description : sent);
  return projectWithProfiles(project);
}

/** Whether a description that is null or absent stays: section 2.2 infers that it goes, section 8 asks. */
function keepsDescription({ projectDescription }: EmulatorSettings, members: Members): boolean {
  if (projectDescription === 'nullErases') return !members.has('description');
  return projectDescription === 'kept';
}

function deleteProject({ grant, id, settings }: Call): object {
  grant.organization.remove(projectInReach(grant, id));
  return settings.deletedProject === 'object' ? {} : Buffer.alloc(0);
}

/** No pagination (section 2.3). */
function listTokens({ grant, id, settings }: Call): object {
  const now = Date.now();
  const tokens = projectInReach(grant, id).details.tokens.flatMap((token) => {
    const status = token.listedStatus(now);
    const isHidden = status === undefined || (status === 'Revoked' && settings.hideRevokedTokens);
    return isHidden ? [] : [tokenItem(token, status, settings.maskTokenIds ? settings.tokenMask : null)];
  });
  return { tokens };
}

function freeName(organization: Organization, members: Members, holder?: Project): string {
  const name = nameMember(members, 2000);
  const taken = organization.projectNamed(name);
  if (taken && taken !== holder) throw new PlatformFailure(2002);
  return name;
}
