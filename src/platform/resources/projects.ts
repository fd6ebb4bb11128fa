import type { Credential } from '../client/credential.ts';
import {
  items,
  optionalBoolean,
  optionalCode,
  optionalText,
  optionalUuid,
  readUnstated,
  text,
  uuid,
  type Wire,
  wire,
} from '../client/decode.ts';
import { KEPT_MS, read, write } from '../client/endpoint.ts';
import { type ListShape, type PlatformList, readEach, wholeList } from '../client/lists.ts';
import { type ApiTokenList, toApiToken } from './apiTokens.ts';
import { type SearchProfileRecord, toSearchProfile } from './searchProfiles.ts';
import { toLimitInput, type UsageLimitDraft } from './usageLimits.ts';

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

/** Content of a new project. */
export interface ProjectDraft {
  readonly name: string;
  readonly description: string | null;
  readonly administratorUserEmail: string;
  readonly usageLimit: UsageLimitDraft | null;
}

/** Creates a project with its first tokens. `OUTCOME_UNKNOWN` when the answer is lost. */
export const createProject = write({
  route: 'POST /v1/organization/project',
  accepts: ['organization', 'oauth'],
  // Makes its administrator a member.
  changes: ['projects', 'members', 'analytics'],
  body: ({ name, administratorUserEmail, description, usageLimit }: ProjectDraft) => ({
    name,
    administratorUserEmail,
    description: description ?? undefined,
    usageLimit: usageLimit ? toLimitInput(usageLimit) : undefined,
  }),
  decode: (body, leftOut, credential): NewProjectRecord => {
    const from = wire(body, 'new project');
    const tokens = readEach(items(from.tokens, 'tokens'), 'token', (token) => toApiToken(token, credential), leftOut);
    return { project: toProject(from, credential), tokens };
  },
});

const idIn = (from: Wire) => uuid(from, 'projectId');

const PROJECT_LIST: ListShape = {
  element: 'project',
  keys: ['projects'],
  beside: ['organizationId', 'organizationName'],
};

/**
 * The projects of the credential's organization, hidden ones too, in no promised order. `summary`, the default depth, leaves out
 * rows, not only columns. Of exactly one name: none or one, since names are unique in an organization (platform-api.md 2.2).
 */
export const listProjects = read({
  route: 'GET /v1/organization/projects',
  accepts: ['organization', 'oauth'],
  family: 'projects',
  keptMs: KEPT_MS.forSeconds,
  query: ({ name }: { readonly name?: string }) => ({ detail: 'full', name }),
  decode: wholeList(PROJECT_LIST, idIn, toProject),
});

/** Their ids alone, whatever else of them cannot be read. */
export const listProjectIds = read({
  route: 'GET /v1/organization/projects',
  accepts: ['organization', 'oauth'],
  family: 'projects',
  query: () => ({ detail: 'full' }),
  decode: wholeList(PROJECT_LIST, idIn, idIn),
});

/** A project as the platform answers by id, which tells more than lists do. */
export interface ProjectDetail extends ProjectRecord {
  /** Null when the answer does not tell: no list is not an empty one (platform-api.md 2.2). */
  readonly searchProfiles: PlatformList<SearchProfileRecord> | null;
}

/** One project. `NOT_FOUND` when the organization has no such project. */
export const getProject = read({
  route: 'GET /v1/organization/project/{projectId}',
  accepts: ['organization', 'project', 'oauth'],
  family: 'projects',
  keptMs: KEPT_MS.forSeconds,
  isAbsentOn404: true,
  decode: (body, leftOut, credential): ProjectDetail => {
    const from = wire(body, 'project');
    const { searchProfiles: profiles } = from;
    const searchProfiles = Array.isArray(profiles)
      ? readEach(profiles, 'search profile', toSearchProfile, leftOut)
      : null;
    return { ...toProject(from, credential), searchProfiles };
  },
});

/** Name and description of a project. */
export interface ProjectTexts {
  readonly name: string;
  /** Empty: none. */
  readonly description: string;
}

/** Sets both texts: the platform requires the name, and may erase a description that is left out (platform-api.md 2.2). */
export const updateProject = write({
  route: 'PUT /v1/organization/project/{projectId}',
  accepts: ['organization', 'oauth'],
  changes: ['projects'],
  isAbsentOn404: true,
  body: ({ name, description }: ProjectTexts) => ({ name, description }),
  decode: readUnstated,
});

/** Deletes a project with all that is in it, its tokens too. The answer is empty. */
export const deleteProject = write({
  route: 'DELETE /v1/organization/project/{projectId}',
  accepts: ['organization', 'oauth'],
  changes: ['projects', 'apiTokens', 'assistants', 'requests', 'usageLimits', 'members', 'analytics'],
  isAbsentOn404: true,
  decode: readUnstated,
});

/** Project status codes: 0 and 2 are current, 1 is older text (platform-api.md 2.2). */
const STATUS = new Map<number, ProjectStatus>([
  [0, 'ACTIVE'],
  [1, 'DELETED'],
  [2, 'HIDDEN'],
]);

function toProject(from: Wire, { organizationId }: Credential): ProjectRecord {
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
