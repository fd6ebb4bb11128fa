import { isUnforeseen } from '../../errors.ts';
import type { BulkApiTokenUserErrorCode } from '../../generated/resolvers.ts';
import type { TokenManagerCredential } from '../../loaders/apiTokens.ts';
import type { MutationContext } from '../../mutations/context.ts';
import { type Refused, refused } from '../../mutations/outcome.ts';
import { type PlatformList, seenBy } from '../../platform/client/lists.ts';
import { Semaphore } from '../../platform/client/semaphore.ts';
import { listApiTokens } from '../../platform/resources/apiTokens.ts';
import { listProjectIds, listProjects } from '../../platform/resources/projects.ts';
import { toResult } from '../../values/result.ts';
import { type BulkAction, MAX_PARALLEL_CALLS, MAX_PROJECTS, MAX_TOKENS } from './action.ts';
import { type Problem, problem, problemOfReading } from './problems.ts';
import type { Selection } from './selection.ts';
import { assess, type BulkToken, whyMissing } from './token.ts';

/** Project that was scanned. */
export interface ScannedProject {
  readonly id: string;
  readonly organizationId: string | null;
  /** Credential that manages its tokens. Null if the project could not be read. */
  readonly manager: TokenManagerCredential | null;
  readonly tokens: readonly BulkToken[];
  /** Number of its tokens that could not be decoded: neither in a plan nor changed. */
  readonly unreadableCount: number;
  /** Reason why the project could not be read. Null if it was. */
  readonly problem: Problem | null;
}

/** Result of a scan. */
export interface Scan {
  readonly kind: 'scanned';
  readonly projects: readonly ScannedProject[];
  /** Number of projects that could not be decoded in the list of the organization. */
  readonly unlistedCount: number;
}

/**
 * Scans the projects of a selection: one list of tokens each, and one of projects if the selection names none. Keeps only
 * matching tokens. An unreadable project is a problem of its own; a failure for all throws. Refuses more tokens than a run
 * takes.
 */
export async function scan(
  context: MutationContext,
  action: BulkAction,
  selection: Selection,
): Promise<Scan | Refused<BulkApiTokenUserErrorCode>> {
  await context.credentials.usable();
  const { organizationId } = selection;
  const named = selection.projectIds;
  const list = named ? { records: named, unreadableCount: 0 } : await projectsOf(context, organizationId);
  const { records: projectIds, unreadableCount: unlistedCount } = list;
  if (projectIds.length > MAX_PROJECTS) return tooMany(`${projectIds.length} projects`, `${MAX_PROJECTS} projects`);
  let matched = 0;
  const projects = await new Semaphore(MAX_PARALLEL_CALLS).map(projectIds, async (id) => {
    // Checked here, and not at the end, so that no more than the bound is read and kept.
    if (matched > MAX_TOKENS) return [];
    const project = await scanProject(context, action, selection, { id, organizationId });
    matched += project.tokens.length;
    return [project];
  });
  if (matched > MAX_TOKENS) return tooMany(`More than ${MAX_TOKENS} tokens`, 'no more');
  return { kind: 'scanned', projects: projects.flat(), unlistedCount };
}

function tooMany(found: string, most: string): Refused<BulkApiTokenUserErrorCode> {
  const message = `${found} match; one run takes ${most}. Narrow the filter, for instance with \`projectIds\`.`;
  return refused({ code: 'TOO_MANY', field: 'filter', message });
}

async function projectsOf(
  { credentials, session, principal }: MutationContext,
  organizationId: string | null,
): Promise<PlatformList<string>> {
  if (organizationId === null) return { records: [], unreadableCount: 0 };
  const lister = await credentials.for(listProjects, { organizationId, covers: 'visible projects' });
  return seenBy(principal, await session.as(lister).call(listProjectIds, {}), (id) => id);
}

async function scanProject(
  context: MutationContext,
  action: BulkAction,
  selection: Selection,
  project: { readonly id: string; readonly organizationId: string | null },
): Promise<ScannedProject> {
  const { loaders, session } = context;
  const unread = { ...project, manager: null, tokens: [], unreadableCount: 0 };
  const found = await toResult(async () => {
    const manager = await loaders.apiTokens.manager(project);
    // Past the loader, which would keep every list and its secrets until the end of the request.
    return manager && { manager, list: await session.as(manager).call(listApiTokens, { projectId: project.id }) };
  });
  if (found === null) return { ...unread, problem: problem('PROJECT_NOT_FOUND') };
  if (found instanceof Error) {
    if (isUnforeseen(found)) context.log.error({ err: found, projectId: project.id }, 'project not read');
    return { ...unread, problem: problemOfReading(found) };
  }
  const { manager, list } = found;
  const missing = whyMissing(list);
  const tokens = selection
    .pick(project.id, list.records)
    .map((picked) => assess(context, action, project.id, picked, missing));
  const { unreadableCount } = list;
  return { ...project, organizationId: manager.organizationId, manager, tokens, unreadableCount, problem: null };
}

/** Tokens that the projects list. */
export function listedIn(projects: readonly ScannedProject[]): BulkToken[] {
  return projects.flatMap((project) => project.tokens.filter(({ record }) => record !== null));
}
