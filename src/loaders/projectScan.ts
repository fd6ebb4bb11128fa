import { foreseen, tooManyProjects } from '../errors.ts';
import { PlatformError } from '../platform/client/errors.ts';
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

/** Values read of many projects, as far as they could be. */
export interface ProjectScan<Value> {
  readonly projects: readonly { readonly project: ProjectReference; readonly value: Value }[];
  readonly unreadableProjects: readonly UnreadProject[];
  /** Number of projects that could not be read, those that could not be decoded from their list included. */
  readonly unreadableProjectCount: number;
  /** Number of organizations whose projects could not be listed. */
  readonly unreadableOrganizationCount: number;
}

/** Code of a project that does not exist: a reason, and no error. */
export const PROJECT_NOT_FOUND = 'PROJECT_NOT_FOUND';

/** A project that could not be read, and the reason. */
export interface UnreadProject {
  readonly projectId: string;
  readonly organizationId: string | null;
  readonly code: string;
  readonly message: string;
}

/**
 * Reads something of each project of organizations: one list of projects each, and the calls of `read` per project.
 * Unreadable projects are reported and hide nothing of the rest. Throws their failure if nothing could be read. `read`
 * returns null for a project that does not exist, and `none` stands for a deleted one.
 */
export async function scanProjects<Value>(
  loaders: Loaders,
  organizationIds: readonly string[],
  selection: ScanSelection,
  read: (project: ProjectReference) => Promise<Value | null>,
  none: Value,
): Promise<ProjectScan<Value>> {
  const { listed, undecodedCount, failures } = await listedProjects(loaders, organizationIds, selection);
  const outcomes = await toResults(listed, async (project) => {
    const value = await read(project);
    // A deleted project may be listed for longer than what is in it.
    if (value === null && !project.isDeleted) throw absent();
    return { project, value: value ?? none };
  });
  throwIfAllFailed(outcomes);
  const projects: { project: ProjectReference; value: Value }[] = [];
  const unreadableProjects: UnreadProject[] = [];
  for (const [index, project] of listed.entries()) {
    const outcome = outcomes[index];
    if (outcome instanceof Error) unreadableProjects.push(unreadable(project, outcome));
    else if (outcome) projects.push(outcome);
  }
  const unlisted = new Set(selection.projectIds).difference(new Set(listed.map(({ id }) => id)));
  // The project may be one that could not be decoded, or one of an organization that could not be asked.
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

function absent(): PlatformError {
  return new PlatformError('NOT_FOUND', listProjects);
}

/** Throws a failure that was not foreseen, and that of all when there is nothing else. */
function throwIfAllFailed(outcomes: readonly unknown[]): void {
  const failures = outcomes.filter((outcome) => outcome instanceof Error);
  const unforeseen = failures.find((failure) => foreseen(failure) === null);
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
  const { code = 'INTERNAL_SERVER_ERROR', message = '' } = foreseen(failure) ?? {};
  return { ...place, code, message };
}
