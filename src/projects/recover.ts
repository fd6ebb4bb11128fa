import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import { FIRST_BACKOFF_MS, nextBackoff, pollTimeoutMs } from '../mutations/backoff.ts';
import type { MutationContext } from '../mutations/context.ts';
import { claim, isOthers } from '../mutations/disclosure.ts';
import { isContested, type Namesakes } from '../mutations/underWay.ts';
import { listProjects, type ProjectDraft, type ProjectRecord } from '../platform/resources/projects.ts';
import { listProjectLimits, type UsageLimitDraft, type UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { toResult } from '../values/result.ts';

interface ProjectSearch {
  readonly manager: TokenManagerCredential;
  readonly draft: ProjectDraft;
  /** Owner of the creation: see `claim`. */
  readonly owner: string;
  /** Time of sending in milliseconds since 1970. */
  readonly sentAt: number;
  /** Duration of polling in milliseconds. */
  readonly pollForMs: number;
}

/** Project of a creation whose answer was lost. `taken` if another creation made the project of the name. */
type ProjectRecovery =
  | { readonly kind: 'found'; readonly project: ProjectRecord }
  | { readonly kind: 'taken' }
  | { readonly kind: 'unknown' };

const UNKNOWN = { kind: 'unknown' } as const;

const MIN_POLLS = 2;

/**
 * Polls for the project of a creation whose answer was lost: new, with the same name and values, and seen twice in a
 * row. No other creation may have made it.
 */
export async function recoverProject(context: MutationContext, search: ProjectSearch): Promise<ProjectRecovery> {
  const { manager, draft, pollForMs } = search;
  const start = performance.now();
  let last: string | null = null;
  for (let backoff = FIRST_BACKOFF_MS, polls = 1; ; backoff = nextBackoff(backoff), polls += 1) {
    if (!(await context.session.pause(backoff))) return UNKNOWN;
    const withinMs = pollTimeoutMs(pollForMs, performance.now() - start);
    const list = await toResult(() =>
      context.session.probing(manager, withinMs).call(listProjects, { name: draft.name }),
    );
    const project = list instanceof Error ? undefined : namesakeIn(list.all, draft);
    const verdict = project && (await toResult(() => judge(context, search, project, project.id === last, withinMs)));
    if (project && verdict === 'OURS') return { kind: 'found', project };
    if (verdict === 'TAKEN') return { kind: 'taken' };
    if (verdict === 'OTHER') return UNKNOWN;
    last = project?.id ?? null;
    if (polls >= MIN_POLLS && performance.now() - start >= pollForMs) return UNKNOWN;
  }
}

/**
 * Returns the project that has the name of the draft. The platform's filter may compare in another way, and show deleted ones
 * (platform-api.md 2.2).
 */
export function namesakeIn(listed: readonly ProjectRecord[], { name }: ProjectDraft): ProjectRecord | undefined {
  return listed.find((project) => project.name === name && project.status !== 'DELETED');
}

/** Returns the key of creations whose projects may be confused: those of one name in an organization. */
export function namesakesOf(manager: TokenManagerCredential, { name }: ProjectDraft): Namesakes {
  return { kind: 'project', within: manager.organizationId ?? manager.projectId ?? manager.fingerprint, name };
}

/** Decides whose a project is. The claim comes last: another creation notes its claim before it stops being under way. */
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

/** True if the project has the limit that it was created with, or its limits cannot be read. */
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

/** Compares amounts as binary numbers, since the platform may round them. */
function isSameLimit(limit: UsageLimitRecord, sent: UsageLimitDraft): boolean {
  return (
    limit.period === sent.period &&
    limit.unit === sent.unit &&
    Number(limit.softLimit) === Number(sent.softLimit) &&
    Number(limit.hardLimit) === Number(sent.hardLimit)
  );
}
