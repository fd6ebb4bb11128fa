import { failureCode, tooManyProjects } from '../errors.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { type ApiTokenList, listApiTokens } from '../platform/resources/apiTokens.ts';
import { listProjects, type ProjectRecord } from '../platform/resources/projects.ts';
import { toResults } from '../values/result.ts';
import type { ProjectReference } from './apiTokens.ts';
import type { Loaders } from './index.ts';

/** Projects to look through. */
export interface ScanSelection {
  /** Null: every project of the organizations. */
  readonly projectIds: readonly string[] | null;
  /** Projects of one organization, at most. */
  readonly maxProjects: number;
}

/** Tokens of many projects, as far as they could be read. */
export interface TokenScan {
  readonly projects: readonly { readonly project: ProjectReference; readonly tokens: ApiTokenList }[];
  readonly unreadableProjects: readonly UnreadProject[];
  /** Number of projects whose tokens could not be read, those that could not be decoded from their list included. */
  readonly unreadableProjectCount: number;
  /** Number of organizations whose projects could not be listed. */
  readonly unreadableOrganizationCount: number;
}

/** Code of a project that does not exist: a reason, and no error. */
export const PROJECT_NOT_FOUND = 'PROJECT_NOT_FOUND';

/** A project whose tokens could not be read, and the reason. */
export interface UnreadProject {
  readonly projectId: string;
  readonly organizationId: string | null;
  readonly code: string;
  readonly message: string;
}

/**
 * Reads the tokens of the projects of organizations: one list of projects each, and one list of tokens per project. What could not
 * be read is reported and hides nothing of the rest; when nothing could be read, its failure is thrown.
 */
export async function scanTokens(
  loaders: Loaders,
  organizationIds: readonly string[],
  selection: ScanSelection,
): Promise<TokenScan> {
  const { listed, undecodedCount, failures } = await listedProjects(loaders, organizationIds, selection);
  const outcomes = await toResults(listed, (project) => tokensOf(loaders, project));
  throwIfAllFailed(outcomes);
  const projects: { project: ProjectReference; tokens: ApiTokenList }[] = [];
  const unreadableProjects: UnreadProject[] = [];
  for (const [index, project] of listed.entries()) {
    const tokens = outcomes[index];
    if (tokens instanceof Error) unreadableProjects.push(unreadable(project, tokens));
    else if (tokens) projects.push({ project, tokens });
  }
  const unlisted = new Set(selection.projectIds).difference(new Set(listed.map(({ id }) => id)));
  // Nobody knows whether it is one that could not be decoded, or one of an organization that could not be asked.
  const doubt = undecodedCount > 0 ? new PlatformError('BAD_RESPONSE', listProjects) : failures[0];
  for (const id of unlisted) unreadableProjects.push(unreadable({ id, organizationId: null }, doubt ?? absent()));
  return {
    projects,
    unreadableProjects,
    unreadableProjectCount: unreadableProjects.length + (selection.projectIds ? 0 : undecodedCount),
    unreadableOrganizationCount: failures.length,
  };
}

interface ListedProject extends ProjectReference {
  readonly isDeleted: boolean;
}

/** The chosen projects, as far as they could be listed. Throws for more than one field may read. */
async function listedProjects(
  { projects }: Loaders,
  organizationIds: readonly string[],
  { projectIds, maxProjects }: ScanSelection,
) {
  const lists = await toResults(organizationIds, (id) => projects.list(id));
  throwIfAllFailed(lists);
  const wanted = projectIds && new Set(projectIds);
  const failures: Error[] = [];
  const listed: ListedProject[] = [];
  let undecodedCount = 0;
  for (const [index, list] of lists.entries()) {
    if (list instanceof Error) {
      failures.push(list);
      continue;
    }
    undecodedCount += list.unreadableCount;
    const chosen = wanted ? list.records.filter(({ id }) => wanted.has(id)) : list.records;
    if (chosen.length > maxProjects) throw tooManyProjects(chosen.length, maxProjects);
    listed.push(...chosen.map((record) => toListed(record, organizationIds[index] ?? null)));
  }
  return { listed, undecodedCount, failures };
}

function toListed({ id, organizationId, status }: ProjectRecord, listedIn: string | null): ListedProject {
  return { id, organizationId: organizationId ?? listedIn, isDeleted: status === 'DELETED' };
}

/** The tokens of a listed project. One that is deleted may be listed for longer than its tokens are. */
async function tokensOf({ apiTokens }: Loaders, { id, organizationId, isDeleted }: ListedProject) {
  const tokens = await apiTokens.ofProject({ id, organizationId });
  if (!tokens && !isDeleted) throw absent();
  return tokens ?? { records: [], unreadableCount: 0 };
}

function absent(): PlatformError {
  return new PlatformError('NOT_FOUND', listApiTokens);
}

/** Throws a failure that was not foreseen, and that of all when there is nothing else. */
function throwIfAllFailed(outcomes: readonly unknown[]): void {
  const failures = outcomes.filter((outcome) => outcome instanceof Error);
  const unforeseen = failures.find((failure) => failureCode(failure) === null);
  if (unforeseen) throw unforeseen;
  if (failures.length > 0 && failures.length === outcomes.length) throw failures[0];
}

function unreadable({ id, organizationId }: ProjectReference, failure: Error): UnreadProject {
  const place = { projectId: id, organizationId };
  if (failure instanceof PlatformError && failure.kind === 'NOT_FOUND') {
    return {
      ...place,
      code: PROJECT_NOT_FOUND,
      message: `There is no project ${id}, or the credentials do not open it.`,
    };
  }
  const { code = 'INTERNAL_SERVER_ERROR', message = '' } = failureCode(failure) ?? {};
  return { ...place, code, message };
}
