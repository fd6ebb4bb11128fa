import { isUnforeseen } from '../../errors.ts';
import type { TokenManagerCredential } from '../../loaders/apiTokens.ts';
import type { MutationContext } from '../../mutations/context.ts';
import { PlatformError } from '../../platform/client/errors.ts';
import type { PlatformList } from '../../platform/client/lists.ts';
import { Semaphore } from '../../platform/client/semaphore.ts';
import {
  type ApiTokenList,
  type ApiTokenRecord,
  type ApiTokenStatus,
  listApiTokens,
} from '../../platform/resources/apiTokens.ts';
import { listProjectIds, listProjects } from '../../platform/resources/projects.ts';
import { toResult } from '../../values/result.ts';
import { changeKey } from '../changeNotes.ts';
import type { Verification } from '../verification.ts';
import { type BulkAction, MAX_PARALLEL_CALLS, MAX_PROJECTS, MAX_TOKENS } from './action.ts';
import type { PlannedAction } from './planId.ts';
import { type Problem, problem, problemOfReading } from './problems.ts';
import type { Picked, Selection } from './selection.ts';
import { bulkUserError, InputMistakes } from './userErrors.ts';

export type BulkOutcome =
  | 'WOULD_CHANGE'
  | 'CHANGED'
  | 'ALREADY_DONE'
  | 'LEFT_OUT'
  | 'FAILED'
  | 'OUTCOME_UNKNOWN'
  | 'NOT_ATTEMPTED';

/** A token of the run. What is not `readonly` is written by the run as it goes. */
export interface BulkToken {
  /** Project and hash: the same whoever looks, and nothing of the secret. */
  readonly key: string;
  readonly projectId: string;
  readonly requestedId: string | null;
  readonly plannedAction: PlannedAction;
  /** Null when the project has no such token. */
  readonly before: ApiTokenStatus | null;
  /** Whether the caller asked for tokens of its status. Another is shown only when the plan changes it. */
  readonly isAskedFor: boolean;
  /** Whether the plan that is carried out changes it, in this run or an earlier one. */
  isPlanned: boolean;
  record: ApiTokenRecord | null;
  outcome: BulkOutcome;
  problem: Problem | null;
  verification: Verification | null;
}

/** A project that was looked through. */
export interface ScannedProject {
  readonly id: string;
  readonly organizationId: string | null;
  /** The credential that its tokens are managed with. Null when it could not be read. */
  readonly manager: TokenManagerCredential | null;
  readonly tokens: readonly BulkToken[];
  /** Tokens of it that could not be read: neither in a plan nor changed. */
  readonly unreadableCount: number;
  /** Why it could not be read. Null when it was. */
  readonly problem: Problem | null;
}

/** What was looked through. */
export interface Scan {
  readonly projects: readonly ScannedProject[];
  /** Projects of the organization that could not be read out of its list. */
  readonly unlistedCount: number;
}

/**
 * Looks through the projects of a selection: one list of tokens each, and one of the projects when the selection names none.
 * Of each list only what matches is kept. A project that cannot be read is a problem of its own; what fails for all throws, and
 * so does `InputMistakes` when more matches than one run takes.
 */
export async function scan(context: MutationContext, action: BulkAction, selection: Selection): Promise<Scan> {
  await context.credentials.usable();
  const { organizationId } = selection;
  const named = selection.projectIds;
  const list = named ? { records: named, unreadableCount: 0 } : await projectsOf(context, organizationId);
  const { records: projectIds, unreadableCount: unlistedCount } = list;
  if (projectIds.length > MAX_PROJECTS) throw tooMany(`${projectIds.length} projects`, `${MAX_PROJECTS} projects`);
  let matched = 0;
  const projects = await new Semaphore(MAX_PARALLEL_CALLS).map(projectIds, async (id) => {
    // Here, and not at the end, so that no more is read and held than the bound.
    if (matched > MAX_TOKENS) throw tooMany(`More than ${MAX_TOKENS} tokens`, 'no more');
    const project = await scanProject(context, action, selection, { id, organizationId });
    matched += project.tokens.length;
    if (matched > MAX_TOKENS) throw tooMany(`More than ${MAX_TOKENS} tokens`, 'no more');
    return project;
  });
  return { projects, unlistedCount };
}

function tooMany(found: string, most: string): InputMistakes {
  const message = `${found} match; one run takes ${most}. Narrow the filter, for instance with \`projectIds\`.`;
  return new InputMistakes([bulkUserError('TOO_MANY', 'filter', message)]);
}

async function projectsOf(
  { credentials, session }: MutationContext,
  organizationId: string | null,
): Promise<PlatformList<string>> {
  if (organizationId === null) return { records: [], unreadableCount: 0 };
  const lister = await credentials.for(listProjects, { organizationId });
  return session.as(lister).call(listProjectIds, {});
}

async function scanProject(
  context: MutationContext,
  action: BulkAction,
  selection: Selection,
  project: { readonly id: string; readonly organizationId: string | null },
): Promise<ScannedProject> {
  const { loaders, session } = context;
  const unread = (why: Problem): ScannedProject => ({
    ...project,
    manager: null,
    tokens: [],
    unreadableCount: 0,
    problem: why,
  });
  const found = await toResult(async () => {
    const manager = await loaders.apiTokens.manager(project);
    // Past the loader, which would keep every list, secrets and all, until the end of the request.
    return manager && { manager, list: await session.as(manager).call(listApiTokens, { projectId: project.id }) };
  });
  if (found === null) return unread(problem('PROJECT_NOT_FOUND'));
  if (found instanceof Error) {
    if (isUnforeseen(found)) context.log.error({ err: found, projectId: project.id }, 'project not read');
    return unread(problemOfReading(found));
  }
  const { manager, list } = found;
  const missing = whyMissing(list);
  const tokens = selection
    .pick(project.id, list.records)
    .map((picked) => assess(context, action, project.id, picked, missing));
  const { unreadableCount } = list;
  return { ...project, organizationId: manager.organizationId, manager, tokens, unreadableCount, problem: null };
}

/** What to say of a token that the list does not show: it may hide it, or show it in a way that cannot be read. */
function whyMissing({ records, unreadableCount }: ApiTokenList): Problem {
  if (records.some(({ secret }) => secret.form !== 'whole')) return problem('TOKEN_VALUE_MASKED');
  if (unreadableCount === 0) return problem('TOKEN_NOT_FOUND');
  return problemOfReading(new PlatformError('BAD_RESPONSE', listApiTokens));
}

/** What is to become of a token. `missing` says why, when the project does not show it. */
function assess(
  context: MutationContext,
  action: BulkAction,
  projectId: string,
  { tokenHash, record, requestedId, hasStatus }: Picked,
  missing: Problem,
): BulkToken {
  const why = record ? reasonToLeaveOut(context, action, record) : missing;
  const isDone = record?.status === action.goal;
  const plannedAction = isDone ? 'done' : why || !hasStatus ? 'out' : 'due';
  return {
    key: changeKey(projectId, tokenHash),
    projectId,
    requestedId,
    plannedAction,
    before: record?.status ?? null,
    isAskedFor: hasStatus,
    isPlanned: false,
    record,
    outcome: isDone ? 'ALREADY_DONE' : why ? 'LEFT_OUT' : 'WOULD_CHANGE',
    problem: isDone ? null : why,
    verification: null,
  };
}

function reasonToLeaveOut(
  context: MutationContext,
  { goal }: BulkAction,
  { status, secret }: ApiTokenRecord,
): Problem | null {
  if (status === 'REVOKED') return problem('TOKEN_REVOKED');
  if (secret.isMasked) return problem('TOKEN_VALUE_MASKED');
  // Blocking what may be in use does no harm that was not asked for; bringing to life what is not understood may.
  if (goal === 'ACTIVE' && status !== 'BLOCKED') return problem('UNKNOWN_STATUS');
  if (goal === 'BLOCKED' && context.isInUse(secret)) return problem('WOULD_LOCK_OUT');
  return null;
}
