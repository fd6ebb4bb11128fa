import type { AuditScope } from '../mutations/audited.ts';
import type { MutationContext } from '../mutations/context.ts';
import { own } from '../mutations/disclosure.ts';
import { type IdempotencyEntry, type IdempotencyRecord, noted } from '../mutations/idempotencyRecord.ts';
import { type Refused, refused } from '../mutations/outcome.ts';
import { userError, userErrorOf } from '../mutations/userErrors.ts';
import { PlatformError } from '../platform/client/errors.ts';
import {
  type ApiTokenList,
  type ApiTokenRecord,
  createApiToken,
  listApiTokens,
} from '../platform/resources/apiTokens.ts';
import { toResult } from '../values/result.ts';
import { Secret } from '../values/secret.ts';
import { creationUnknown } from './creationUnknown.ts';
import { type Draft, namesakesOf, recover, type Search } from './recover.ts';
import type { ProjectScope } from './scope.ts';
import { announce, settledAt, withdraw } from './underWay.ts';

/** A token that was created, or found to be created before. */
export interface Issued {
  readonly kind: 'issued';
  readonly token: ApiTokenRecord;
  /** Its hash, also when the list that the token is from masks the value. */
  readonly tokenHash: string;
  /** Whether the answer of the platform was lost and the token found by comparing lists. */
  readonly recovered: boolean;
}

export function issued(token: ApiTokenRecord, tokenHash: string, recovered = false): Issued {
  return { kind: 'issued', token, tokenHash, recovered };
}

/** One creation of a token. */
export interface Issue extends Draft {
  readonly scope: ProjectScope;
  readonly idempotency: IdempotencyRecord;
  readonly audit: AuditScope;
  /** What the record is to be found with again. */
  readonly input: string;
  /** See `IdempotencyEntry.ordinal`. */
  readonly ordinal?: number;
}

/**
 * Creates a token once, or finds the one that an earlier run of the same record created. Throws `OUTCOME_UNKNOWN` when the
 * answer was lost and the lists before and after do not tell: the record then remembers, so that a repetition looks again.
 */
export async function issueToken(context: MutationContext, issue: Issue): Promise<Issued | Refused> {
  const { entry } = issue.idempotency;
  if (entry?.result) return issuedBefore(context, issue, entry, entry.result);
  if (entry?.sentAt) {
    const found = await resume(context, issue, entry, entry.sentAt);
    if (found) return found;
  }
  return create(context, issue);
}

/** The token of that hash, if the project lists it. Throws `PlatformError` when that cannot be told. */
export async function tokenByHash(
  context: MutationContext,
  scope: ProjectScope,
  tokenHash: string,
): Promise<ApiTokenRecord | undefined> {
  return withHash(context, await listed(context, scope), tokenHash);
}

function listed(context: MutationContext, { manager, projectId }: ProjectScope): Promise<ApiTokenList> {
  return context.loaders.apiTokens.reread(manager, projectId);
}

function withHash(
  { ids }: MutationContext,
  { records, unreadableCount }: ApiTokenList,
  tokenHash: string,
): ApiTokenRecord | undefined {
  const found = records.find((token) => ids.apiTokenHash(token) === tokenHash);
  // It may be one of those.
  if (!found && unreadableCount > 0) throw new PlatformError('BAD_RESPONSE', listApiTokens);
  return found;
}

/** What an earlier run created. Where the list masks values, it is known by what else is known of it. */
async function issuedBefore(
  context: MutationContext,
  { scope, name, description }: Issue,
  { before, sentAt, startedAt }: IdempotencyEntry,
  tokenHash: string,
): Promise<Issued | Refused> {
  const list = await listed(context, scope);
  const found = withHash(context, list, tokenHash);
  if (found) return issued(found, tokenHash);
  const masked = list.records.filter(({ secret }) => secret.form !== 'whole');
  const mayComeYet = Date.now() < settledAt(context, sentAt ?? startedAt);
  if (masked.length === 0) return refused(userError(mayComeYet ? 'IN_PROGRESS' : 'TOKEN_NOT_FOUND'));
  const [only, ...others] = masked.filter(
    (token) => token.name === name && before?.includes(context.ids.apiTokenHash(token)) === false,
  );
  if (only && others.length === 0) return issued(only, tokenHash);
  const secret = new Secret('…');
  const unseen = { secret, name, description, status: 'UNRECOGNIZED', createdAt: null } as const;
  return issued(unseen, tokenHash);
}

/**
 * Looks for what an interrupted run left. Null when it left nothing and what it sent cannot be under way any more, so that
 * creating anew makes no second token.
 */
async function resume(
  context: MutationContext,
  issue: Issue,
  entry: IdempotencyEntry,
  sentAt: number,
): Promise<Issued | null> {
  const landed = settledAt(context, sentAt);
  const pollForMs = Math.max(context.verifyTimeoutMs, landed - Date.now());
  const found = await recoverLost(context, issue, { before: entry.before, sentAt, pollForMs });
  if (found.token) return keep(context, issue, entry, found.token, true);
  if (found.seen === 'none' && Date.now() >= landed) return null;
  throw creationUnknown(found.seen);
}

async function create(context: MutationContext, issue: Issue): Promise<Issued | Refused> {
  const { scope, idempotency, audit, input, ordinal, name, description } = issue;
  context.loaders.tokensChanged(scope.manager, scope.projectId);
  const listed = await listedBefore(context, scope);
  if (!listed) return refused(userError('PROJECT_NOT_FOUND', 'projectId'));
  const before = listed === 'FORBIDDEN' ? null : listed.map((token) => context.ids.apiTokenHash(token));
  await audit.beforeWriting();
  const sentAt = Date.now();
  const entry = { input, ordinal, startedAt: idempotency.entry?.startedAt ?? sentAt, sentAt, before, result: null };
  await noteSending(context, issue, entry);
  const answer = await toResult(() =>
    context.session.as(scope.manager).call(createApiToken, { projectId: scope.projectId, name, description }),
  );
  context.loaders.tokensChanged(scope.manager, scope.projectId);
  if (!(answer instanceof Error)) return keep(context, issue, entry, answer, false);
  if (!isLost(answer)) {
    await toResult(() => withdraw(context, namesakesOf(scope, issue), idempotency.owner));
    await toResult(() => idempotency.drop());
    return refused(userErrorOf(answer, userError('PROJECT_NOT_FOUND', 'projectId')));
  }
  const found = await recoverLost(context, issue, { before, sentAt, pollForMs: context.verifyTimeoutMs });
  if (found.token) return keep(context, issue, entry, found.token, true);
  throw creationUnknown(found.seen, answer);
}

/** The project's tokens; null when there is no such project. A user's roles may let them create tokens but not list them. */
async function listedBefore(
  context: MutationContext,
  scope: ProjectScope,
): Promise<readonly ApiTokenRecord[] | 'FORBIDDEN' | null> {
  const listed = await toResult(() => context.loaders.apiTokens.ofProject(projectOf(scope)));
  if (!(listed instanceof Error)) return listed?.records ?? null;
  if (listed instanceof PlatformError && listed.kind === 'FORBIDDEN') return 'FORBIDDEN';
  throw listed;
}

/** Without a store, what nobody can repeat goes on: to the others it is as if it were made in the console. */
async function noteSending(
  context: MutationContext,
  issue: Issue,
  entry: IdempotencyEntry & { sentAt: number },
): Promise<void> {
  const { idempotency, scope } = issue;
  await noted(idempotency, () => announce(context, namesakesOf(scope, issue), idempotency.owner, entry.sentAt));
  await idempotency.write(entry);
}

function recoverLost(
  context: MutationContext,
  { scope, idempotency, name, description, status }: Issue,
  search: Pick<Search, 'before' | 'sentAt' | 'pollForMs'>,
) {
  return recover(context, scope, { ...search, name, description, status, owner: idempotency.owner });
}

/**
 * Notes what was created, and only then that nothing is under way any more. A record that cannot be written withholds the token:
 * the next run finds it, and can tell that its secret was not shown.
 */
async function keep(
  context: MutationContext,
  issue: Issue,
  entry: IdempotencyEntry,
  token: ApiTokenRecord,
  recovered: boolean,
): Promise<Issued> {
  const { scope, idempotency, audit } = issue;
  audit.note({ changed: true });
  const tokenHash = context.ids.apiTokenHash(token);
  const owned = recovered ? null : await noted(idempotency, () => own(context, tokenHash, idempotency.owner));
  await idempotency.write({ ...entry, result: tokenHash });
  if (!(owned instanceof Error)) await toResult(() => withdraw(context, namesakesOf(scope, issue), idempotency.owner));
  return issued(token, tokenHash, recovered);
}

function projectOf({ manager, projectId }: ProjectScope) {
  return { id: projectId, organizationId: manager.organizationId };
}

function isLost(error: Error): boolean {
  return error instanceof PlatformError && error.kind === 'OUTCOME_UNKNOWN';
}
