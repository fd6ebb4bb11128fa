import type { Trail } from '../audited.ts';
import type { RequestContext } from '../context.ts';
import { outcomeUnknown } from '../errors.ts';
import { type ApiTokenRecord, createApiToken } from '../platform/apiTokens.ts';
import { PlatformError } from '../platform/errors.ts';
import { settle } from '../settle.ts';
import type { Entry, Journal } from './journal.ts';
import { claim } from './ownership.ts';
import type { Place } from './place.ts';
import { type Draft, recover, type Search, type Sighting } from './recover.ts';
import { type UserError, userError, userErrorOf } from './userErrors.ts';

export interface Issued {
  readonly token: ApiTokenRecord;
  /** Whether the answer of the platform was lost and the token found by comparing lists. */
  readonly recovered: boolean;
}

/** One creation of a token. */
export interface Issue extends Draft {
  readonly place: Place;
  readonly journal: Journal;
  readonly trail: Trail;
  /** Keyed by what the journal is told again. */
  readonly input: string;
}

/**
 * Creates a token once, or finds the one that an earlier run of the same journal created. Throws `OUTCOME_UNKNOWN` when the
 * answer was lost and the lists before and after do not tell: the journal then remembers, so that a repetition looks again.
 */
export async function issueToken(context: RequestContext, issue: Issue): Promise<Issued | UserError> {
  const { entry } = issue.journal;
  if (entry?.result) {
    const token = await tokenByMark(context, issue.place, entry.result);
    return token ? { token, recovered: false } : userError('TOKEN_NOT_FOUND');
  }
  if (entry?.sentAt) {
    const found = await resume(context, issue, entry, entry.sentAt);
    if (found) return found;
  }
  return create(context, issue);
}

/** The token of that mark, if the project lists it. */
export async function tokenByMark(
  context: RequestContext,
  { manager, projectId }: Place,
  mark: string,
): Promise<ApiTokenRecord | undefined> {
  const { records } = await context.loaders.apiTokens.reread(manager, projectId);
  return records.find((token) => context.ids.apiTokenMark(token) === mark);
}

/**
 * Looks for what an interrupted run left. Null when it left nothing and what it sent cannot be under way any more, so that
 * creating anew makes no second token.
 */
async function resume(context: RequestContext, issue: Issue, entry: Entry, sentAt: number): Promise<Issued | null> {
  const settledAt = sentAt + context.upstreamTimeoutMs + context.verifyTimeoutMs;
  const watchMs = Math.max(context.verifyTimeoutMs, settledAt - Date.now());
  const found = await look(context, issue, { before: entry.before, watchMs });
  if (found.token) return keep(issue, entry, context.ids.apiTokenMark(found.token), found.token, true);
  if (found.seen === 'none' && Date.now() >= settledAt) return null;
  throw creationUnknown(found.seen);
}

async function create(context: RequestContext, issue: Issue): Promise<Issued | UserError> {
  const { place, journal, trail, input, name, description } = issue;
  context.loaders.tokensChanged(place.manager, place.projectId);
  const listed = await listedBefore(context, place);
  if (!listed) return userError('PROJECT_NOT_FOUND', 'projectId');
  const before = listed === 'FORBIDDEN' ? null : listed.map((token) => context.ids.apiTokenMark(token));
  await trail.beforeWriting();
  const entry = { input, startedAt: journal.entry?.startedAt ?? Date.now(), sentAt: Date.now(), before, result: null };
  await journal.write(entry);
  const answer = await settle(() =>
    createApiToken(context.session.as(place.manager), place.projectId, { name, description }),
  );
  context.loaders.tokensChanged(place.manager, place.projectId);
  if (answer instanceof Error && !isLost(answer)) {
    await settle(() => journal.drop());
    return userErrorOf(answer, userError('PROJECT_NOT_FOUND', 'projectId'));
  }
  if (!(answer instanceof Error)) {
    trail.note({ changed: true });
    const mark = context.ids.apiTokenMark(answer);
    // False: another creation whose answer was lost took it for its own. Then one of its making may be left for us.
    if ((await settle(() => claim(context, mark, journal.owner))) !== false)
      return keep(issue, entry, mark, answer, false);
  }
  const found = await look(context, issue, { before, watchMs: context.verifyTimeoutMs });
  if (found.token) return keep(issue, entry, context.ids.apiTokenMark(found.token), found.token, true);
  throw creationUnknown(found.seen, answer instanceof Error ? answer : undefined);
}

/** The project's tokens; null when there is no such project. A user's roles may let them create tokens but not list them. */
async function listedBefore(
  context: RequestContext,
  place: Place,
): Promise<readonly ApiTokenRecord[] | 'FORBIDDEN' | null> {
  const listed = await settle(() => context.loaders.apiTokens.ofProject(projectOf(place)));
  if (!(listed instanceof Error)) return listed?.records ?? null;
  if (listed instanceof PlatformError && listed.kind === 'FORBIDDEN') return 'FORBIDDEN';
  throw listed;
}

function look(
  context: RequestContext,
  { place, journal, name, description }: Issue,
  search: Pick<Search, 'before' | 'watchMs'>,
) {
  return recover(context, place, { ...search, name, description, owner: journal.owner });
}

/** A journal that cannot be written any more finds the token again by comparing lists. */
async function keep(
  { journal, trail }: Issue,
  entry: Entry,
  mark: string,
  token: ApiTokenRecord,
  recovered: boolean,
): Promise<Issued> {
  trail.note({ changed: true });
  await settle(() => journal.write({ ...entry, result: mark }));
  return { token, recovered };
}

function projectOf({ manager, projectId }: Place) {
  return { id: projectId, organizationId: manager.organizationId };
}

function isLost(error: Error): boolean {
  return error instanceof PlatformError && error.kind === 'OUTCOME_UNKNOWN';
}

const SEEN: Record<Sighting, string> = {
  none: 'No new token of this name is there yet. Nothing else was created. Look for its name in `Project.apiTokens` a little later',
  one: 'There is one new token of this name in `Project.apiTokens`, and it is not certain that it is this one. Nothing else was created. Look at it',
  several:
    'There are several new tokens of this name in `Project.apiTokens`, so that it cannot be told which is this one. Nothing ' +
    'else was created. Look at them',
  masked:
    'There is a new token of this name in `Project.apiTokens`, but the platform masks its value, so that its secret is lost. ' +
    'Nothing else was created. Revoke it in the console',
  unreadable:
    "The project's tokens could not be listed. Nothing else was created. Look for its name in `Project.apiTokens`",
};

/** What was seen of a creation whose answer was lost, and what to do. */
export function creationUnknown(seen: Sighting, cause?: Error): Error {
  return outcomeUnknown(
    `The token may or may not have been created: the answer of the platform was lost. ${SEEN[seen]}; revoke what nobody ` +
      'has the secret of. With an `idempotencyKey`, the same request finds what it created.',
    cause ?? new Error('a creation is not accounted for'),
  );
}
