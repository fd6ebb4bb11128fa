import type { PlatformClient } from '../client/client.ts';
import {
  items,
  optionalBoolean,
  optionalCode,
  optionalText,
  optionalUuid,
  text,
  uuid,
  type Wire,
  wire,
} from '../client/decode.ts';
import { type PlatformList, readEach, readList } from '../client/lists.ts';
import { operations } from '../client/operations.ts';
import { type ApiTokenList, toApiToken } from './apiTokens.ts';

export type ProjectStatus = 'ACTIVE' | 'HIDDEN' | 'DELETED' | 'UNRECOGNIZED';

export interface ProjectRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: ProjectStatus;
  readonly isActive: boolean | null;
  /** Null when neither the answer nor the credential tells. */
  readonly organizationId: string | null;
  /** Null in lists, which do not tell it. */
  readonly organizationName: string | null;
}

export interface NewProjectRecord {
  readonly project: ProjectRecord;
  /** The tokens that the project starts with, values and all. */
  readonly tokens: ApiTokenList;
}

/** What a new project is made from. The members of the limit are the platform's own words (platform-api.md 2.6). */
export interface ProjectDraft {
  readonly name: string;
  readonly description: string | null;
  readonly administratorUserEmail: string;
  readonly usageLimit: Readonly<Record<string, string | number>> | null;
}

/** Creates a project; its first tokens come with it. Sent once: `OUTCOME_UNKNOWN` when the answer is lost. */
export function createProject(
  client: PlatformClient<'organization' | 'oauth'>,
  { name, description, administratorUserEmail, usageLimit }: ProjectDraft,
): Promise<NewProjectRecord> {
  const optional = { ...(description === null ? {} : { description }), ...(usageLimit === null ? {} : { usageLimit }) };
  const body = { name, administratorUserEmail, ...optional };
  return client.send(operations.createProject, { body }, (answer, leftOut) => {
    const from = wire(answer, 'new project');
    const tokens = readEach(items(from.tokens, 'tokens'), 'token', (token) => toApiToken(token, client), leftOut);
    return { project: toProject(from, client.credential.organizationId), tokens };
  });
}

/** The projects of exactly that name: none or one, since names are unique in an organization (platform-api.md 2.2). */
export function listProjectsNamed(
  client: PlatformClient<'organization' | 'oauth'>,
  name: string,
): Promise<PlatformList<ProjectRecord>> {
  return listWhere(client, { detail: 'full', name }, (from) => toProject(from, client.credential.organizationId));
}

/** The projects of the credential's organization, hidden ones too, in no promised order (platform-api.md 2.2). */
export function listProjects(client: PlatformClient<'organization' | 'oauth'>): Promise<PlatformList<ProjectRecord>> {
  return listWhere(client, { detail: 'full' }, (from) => toProject(from, client.credential.organizationId));
}

/** Their ids alone, whatever else of them cannot be read. For sessions that read afresh: others share whole records under its name. */
export function listProjectIds(client: PlatformClient<'organization' | 'oauth'>): Promise<PlatformList<string>> {
  return listWhere(client, { detail: 'full' }, (from) => uuid(from, 'projectId'));
}

const PROJECT_LIST = { element: 'project', keys: ['projects'], beside: ['organizationId', 'organizationName'] };

/** `summary`, the default depth, leaves out rows, not only columns. */
function listWhere<T>(
  client: PlatformClient<'organization' | 'oauth'>,
  query: { readonly detail: 'full'; readonly name?: string },
  read: (from: Wire) => T,
): Promise<PlatformList<T>> {
  return client.send(operations.listProjects, { query }, (body, leftOut) =>
    readList(body, PROJECT_LIST, read, leftOut),
  );
}

/** One project. Throws `PlatformError`, `NOT_FOUND` when the organization has no such project. */
export function getProject(
  client: PlatformClient<'organization' | 'project' | 'oauth'>,
  id: string,
): Promise<ProjectRecord> {
  return client.send(operations.getProject, { id }, (body) =>
    toProject(wire(body, 'project'), client.credential.organizationId),
  );
}

/** Project status codes: 0 and 2 are current, 1 is older text (platform-api.md 2.2). */
const STATUS = new Map<number, ProjectStatus>([
  [0, 'ACTIVE'],
  [1, 'DELETED'],
  [2, 'HIDDEN'],
]);

function toProject(from: Wire, organizationId: string | null): ProjectRecord {
  const isActive = optionalBoolean(from, 'projectActive');
  return {
    id: uuid(from, 'projectId'),
    name: text(from, 'projectName'),
    description: optionalText(from, 'projectDescription'),
    status: toStatus(optionalCode(from, 'projectStatus'), isActive),
    isActive,
    organizationId: optionalUuid(from, 'organizationId') ?? organizationId,
    organizationName: optionalText(from, 'organizationName'),
  };
}

/** A left-out status of an active project is 0: GeneXus services may leave out empty members (platform-api.md 4). */
function toStatus(code: number | null, isActive: boolean | null): ProjectStatus {
  if (code === null) return isActive === true ? 'ACTIVE' : 'UNRECOGNIZED';
  return STATUS.get(code) ?? 'UNRECOGNIZED';
}
