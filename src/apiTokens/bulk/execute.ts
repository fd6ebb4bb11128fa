import type { MutationContext } from '../../mutations/context.ts';
import { Semaphore } from '../../platform/client/semaphore.ts';
import { type ApiTokenRecord, updateApiToken } from '../../platform/resources/apiTokens.ts';
import { toResult } from '../../values/result.ts';
import { notChecked, verifyTokens } from '../verification.ts';
import { type BulkAction, MAX_PARALLEL_CALLS } from './action.ts';
import { problem, problemOfWriting } from './problems.ts';
import type { ScannedProject } from './scan.ts';
import type { BulkToken } from './token.ts';

/**
 * Sends the change of every due token once, at most `MAX_PARALLEL_CALLS` at a time. A change is `NOT_ATTEMPTED` if the deadline
 * is too near, or the caller has gone away.
 */
export async function sendChanges(
  context: MutationContext,
  action: BulkAction,
  projects: readonly ScannedProject[],
): Promise<void> {
  const due = projects.flatMap((project) =>
    project.tokens.filter(({ plannedAction }) => plannedAction === 'due').map((token) => ({ project, token })),
  );
  await new Semaphore(MAX_PARALLEL_CALLS).map(due, ({ project, token }) => sendChange(context, action, project, token));
}

async function sendChange(
  context: MutationContext,
  action: BulkAction,
  { manager }: ScannedProject,
  token: BulkToken,
): Promise<void> {
  const { record } = token;
  if (!manager || !record) return;
  if (!context.session.hasTimeForWrite) {
    token.outcome = 'NOT_ATTEMPTED';
    token.problem = problem('NOT_ATTEMPTED');
    return;
  }
  const failure = await toResult(() =>
    context.session.as(manager).call(updateApiToken, { apiTokenId: record.secret, status: action.wire }),
  );
  // Also after a lost answer: the remembered state may be wrong now.
  await context.introspection.forget(record.secret);
  token.problem = failure ? problemOfWriting(failure, record) : null;
  if (!failure) token.outcome = 'CHANGED';
  else token.outcome = token.problem?.code === 'OUTCOME_UNKNOWN' ? 'OUTCOME_UNKNOWN' : 'FAILED';
  if (failure) context.log.warn({ err: failure, projectId: token.projectId }, 'a token of many could not be changed');
}

/** Number of tokens that are tried beside one list. */
const TOKENS_PER_POLL = MAX_PARALLEL_CALLS - 1;

interface Poll {
  readonly project: ScannedProject;
  readonly tokens: readonly BulkToken[];
}

/**
 * Verifies the changed tokens, also those of earlier runs. Takes one list for up to 31 tokens of a project, and one trial of
 * each. `VERIFY_TIMEOUT_MS` bounds the polling of all together. After it, the rest is polled once each, as long as the platform
 * answers.
 */
export async function verifyChanges(
  context: MutationContext,
  action: BulkAction,
  projects: readonly ScannedProject[],
): Promise<void> {
  const start = performance.now();
  let isSilent = false;
  for (const batch of batchesOf(projects)) {
    const timeLeft = Math.max(0, context.settings.verifyTimeoutMs - (performance.now() - start));
    const forMs = timeLeft === 0 && isSilent ? null : timeLeft;
    await Promise.all(batch.map((poll) => verify(context, forMs, action, poll)));
    const polled = batch.flatMap(({ tokens }) => tokens);
    isSilent = polled.every(({ verification }) => verification?.outcome === 'NOT_CHECKED');
  }
  await forgetUnplanned(context, projects);
}

/** Forgets tokens outside the plan: they may have been changed elsewhere. */
async function forgetUnplanned({ introspection }: MutationContext, projects: readonly ScannedProject[]): Promise<void> {
  const tokens = projects.flatMap((project) => project.tokens.filter(({ isPlanned }) => !isPlanned));
  await new Semaphore(MAX_PARALLEL_CALLS).map(
    tokens,
    async ({ record }) => record && introspection.forget(record.secret),
  );
}

/** Verifies tokens of one project. Without polls if `forMs` is null. */
async function verify(
  context: MutationContext,
  forMs: number | null,
  { goal }: BulkAction,
  { project, tokens }: Poll,
): Promise<void> {
  const { manager } = project;
  if (!manager) return;
  const { introspection, loaders } = context;
  const changed = tokens.flatMap((token) => (token.record ? { token, record: token.record } : []));
  const expectations = changed.map(({ record }) => ({ token: record, kind: 'status' as const, status: goal }));
  const scope = { manager, projectId: project.id };
  if (forMs === null) await Promise.all(changed.map(({ record }) => introspection.forget(record.secret)));
  const observations =
    forMs === null ? expectations.map(notChecked) : await verifyTokens(context, scope, expectations, forMs);
  // Drops the lists of the verification too: their secrets are not needed.
  loaders.tokensChanged(manager, project.id);
  changed.forEach(({ token }, index) => {
    const observation = observations[index];
    if (observation) conclude(token, goal, observation);
  });
}

/** Sets the result of a token. A change with a lost answer was made if the list shows it. */
function conclude(
  token: BulkToken,
  goal: BulkAction['goal'],
  { verification, after }: { verification: NonNullable<BulkToken['verification']>; after: ApiTokenRecord | null },
): void {
  token.record = after ?? token.record;
  if (token.outcome === 'OUTCOME_UNKNOWN') {
    if (after?.status !== goal) return;
    token.outcome = 'CHANGED';
    token.problem = null;
  }
  token.verification = verification;
}

/** Batches of polls that make at most `MAX_PARALLEL_CALLS` calls. */
function batchesOf(projects: readonly ScannedProject[]): Poll[][] {
  const batches: Poll[][] = [];
  let calls = Number.POSITIVE_INFINITY;
  for (const poll of projects.flatMap(pollsOf)) {
    calls += 1 + poll.tokens.length;
    if (calls > MAX_PARALLEL_CALLS) {
      batches.push([]);
      calls = 1 + poll.tokens.length;
    }
    batches.at(-1)?.push(poll);
  }
  return batches;
}

function pollsOf(project: ScannedProject): Poll[] {
  const tokens = project.tokens.filter(
    ({ outcome, isPlanned }) => isPlanned && outcome !== 'FAILED' && outcome !== 'NOT_ATTEMPTED',
  );
  const polls: Poll[] = [];
  for (let start = 0; start < tokens.length; start += TOKENS_PER_POLL) {
    polls.push({ project, tokens: tokens.slice(start, start + TOKENS_PER_POLL) });
  }
  return polls;
}
