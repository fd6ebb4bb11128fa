import { isContested, type Namesakes } from '../apiTokens/underWay.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import { FIRST_BACKOFF_MS, nextBackoff, pollTimeoutMs } from '../mutations/backoff.ts';
import type { MutationContext } from '../mutations/context.ts';
import { claim, isOthers } from '../mutations/disclosure.ts';
import { listProjects, type ProjectDraft, type ProjectRecord } from '../platform/resources/projects.ts';
import { listProjectLimits, type UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { toResult } from '../values/result.ts';

export interface ProjectSearch {
  readonly manager: TokenManagerCredential;
  readonly draft: ProjectDraft;
  /** Whose project it would be: see `claim`. */
  readonly owner: string;
  /** When the creation was sent, milliseconds since 1970. */
  readonly sentAt: number;
  /** For how long to look, in milliseconds. */
  readonly pollForMs: number;
}

const MIN_POLLS = 2;

/**
 * Looks for what a creation whose answer was lost has left: the project of the name, which nothing bore before, made from the
 * same, seen twice in a row, while no other creation may have made it. `TAKEN`: another creation made the project of the name, so
 * that ours was refused. Null: none that is certainly ours.
 */
export async function recoverProject(
  context: MutationContext,
  search: ProjectSearch,
): Promise<ProjectRecord | 'TAKEN' | null> {
  const { manager, draft, pollForMs } = search;
  const start = performance.now();
  let last: string | null = null;
  for (let backoff = FIRST_BACKOFF_MS, polls = 1; ; backoff = nextBackoff(backoff), polls += 1) {
    if (!(await context.session.pause(backoff))) return null;
    const withinMs = pollTimeoutMs(pollForMs, performance.now() - start);
    const list = await toResult(() =>
      context.session.probing(manager, withinMs).call(listProjects, { name: draft.name }),
    );
    const [project] = list instanceof Error ? [] : list.records;
    const verdict = project && (await toResult(() => judge(context, search, project, project.id === last, withinMs)));
    if (verdict === 'OURS') return project ?? null;
    if (verdict === 'TAKEN') return 'TAKEN';
    if (verdict === 'OTHER') return null;
    last = project?.id ?? null;
    if (polls >= MIN_POLLS && performance.now() - start >= pollForMs) return null;
  }
}

/** Projects that may be taken for each other when their creations are lost. */
export function namesakesOf(manager: TokenManagerCredential, { name }: ProjectDraft): Namesakes {
  return { kind: 'project', within: manager.organizationId ?? manager.projectId ?? manager.fingerprint, name };
}

/** Whose a project is. The note of it comes last: whoever made the project has noted that before it stops being under way. */
async function judge(
  context: MutationContext,
  search: ProjectSearch,
  project: ProjectRecord,
  isSeenAgain: boolean,
  withinMs: number,
): Promise<'OURS' | 'TAKEN' | 'OTHER' | 'OPEN'> {
  const { manager, draft, owner, sentAt } = search;
  if (await isOthers(context, project.id, owner)) return 'TAKEN';
  if (!isSeenAgain || (await isContested(context, namesakesOf(manager, draft), owner, sentAt))) return 'OPEN';
  const isSame =
    (project.description || null) === draft.description && (await hasLimit(context, search, project, withinMs));
  if (!isSame) return 'OTHER';
  return (await claim(context, project.id, owner)) ? 'OURS' : 'TAKEN';
}

/** Whether the project has the limit that it was to start with, as far as that can be seen. */
async function hasLimit(
  { session }: MutationContext,
  { manager, draft: { usageLimit } }: ProjectSearch,
  { id, organizationId }: ProjectRecord,
  withinMs: number,
): Promise<boolean> {
  if (!usageLimit || organizationId === null) return true;
  const limits = await toResult(() =>
    session.probing(manager, withinMs).call(listProjectLimits, { organizationId, projectId: id }),
  );
  return (
    limits instanceof Error ||
    limits.unreadableCount > 0 ||
    limits.records.some((limit) => isSameLimit(limit, usageLimit))
  );
}

/** Amounts as far as binary numbers keep them: the platform may. */
function isSameLimit(limit: UsageLimitRecord, sent: NonNullable<ProjectDraft['usageLimit']>): boolean {
  return (
    limit.period === String(sent.subscriptionType).toUpperCase() &&
    limit.unit === String(sent.usageUnit).toUpperCase() &&
    Number(limit.softLimit) === Number(sent.softLimit) &&
    Number(limit.hardLimit) === Number(sent.hardLimit)
  );
}
