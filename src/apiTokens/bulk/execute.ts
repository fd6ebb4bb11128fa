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
 * Sends the change of every token that is due, once each and so many at a time. None is begun that could not be answered
 * before the deadline of the request, nor when the caller has gone away: those are `NOT_ATTEMPTED`.
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
  // Also after a lost answer: what was known before may be wrong now.
  await context.introspection.forget(record.secret);
  token.problem = failure ? problemOfWriting(failure) : null;
  if (!failure) token.outcome = 'CHANGED';
  else token.outcome = token.problem?.code === 'OUTCOME_UNKNOWN' ? 'OUTCOME_UNKNOWN' : 'FAILED';
  if (failure) context.log.warn({ err: failure, projectId: token.projectId }, 'a token of many could not be changed');
}

/** One list, and so many tokens that are tried against the platform beside it. */
const TOKENS_PER_POLL = MAX_PARALLEL_CALLS - 1;

interface Poll {
  readonly project: ScannedProject;
  readonly tokens: readonly BulkToken[];
}

/**
 * Looks at what became of the changed tokens, and of those that an earlier run of the plan had changed: one list for up to 31
 * tokens of a project, and one trial of each token. `VERIFY_TIMEOUT_MS` bounds the watching of all of them together. When it is over,
 * the others get one look each, as long as the platform answers.
 */
export async function verifyChanges(
  context: MutationContext,
  action: BulkAction,
  projects: readonly ScannedProject[],
): Promise<void> {
  const start = performance.now();
  let isSilent = false;
  for (const batch of batchesOf(projects)) {
    const timeLeft = Math.max(0, context.verifyTimeoutMs - (performance.now() - start));
    const verifyTimeoutMs = timeLeft === 0 && isSilent ? null : timeLeft;
    await Promise.all(batch.map((poll) => verify(context, verifyTimeoutMs, action, poll)));
    const polled = batch.flatMap(({ tokens }) => tokens);
    isSilent = polled.every(({ verification }) => verification?.outcome === 'NOT_CHECKED');
  }
  await forgetUnplanned(context, projects);
}

/** Those that nothing was sent for may have been changed elsewhere, and be remembered from before. */
async function forgetUnplanned({ introspection }: MutationContext, projects: readonly ScannedProject[]): Promise<void> {
  const tokens = projects.flatMap((project) => project.tokens.filter(({ isPlanned }) => !isPlanned));
  await new Semaphore(MAX_PARALLEL_CALLS).map(
    tokens,
    async ({ record }) => record && introspection.forget(record.secret),
  );
}

/** `verifyTimeoutMs` null: without a look. */
async function verify(
  { session, loaders, introspection }: MutationContext,
  verifyTimeoutMs: number | null,
  { goal }: BulkAction,
  { project, tokens }: Poll,
): Promise<void> {
  const { manager } = project;
  if (!manager) return;
  const changed = tokens.flatMap((token) => (token.record ? { token, record: token.record } : []));
  const expectations = changed.map(({ record }) => ({ token: record, kind: 'status' as const, status: goal }));
  const scope = { manager, projectId: project.id };
  if (verifyTimeoutMs === null) await Promise.all(changed.map(({ record }) => introspection.forget(record.secret)));
  const observations =
    verifyTimeoutMs === null
      ? expectations.map(notChecked)
      : await verifyTokens({ session, loaders, introspection, verifyTimeoutMs }, scope, expectations);
  // Also what was listed to verify: nobody needs its secrets any more.
  loaders.tokensChanged(manager, project.id);
  changed.forEach(({ token }, index) => {
    const observation = observations[index];
    if (observation) conclude(token, goal, observation);
  });
}

/** A change whose answer was lost has been made when the platform shows it. */
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

/** Looks that can be taken at the same time without more than `MAX_PARALLEL_CALLS` calls. */
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
