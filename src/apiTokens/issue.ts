import type { AuditScope } from '../mutations/auditScope.ts';
import type { MutationContext } from '../mutations/context.ts';
import { own } from '../mutations/disclosure.ts';
import { type IdempotencyEntry, type IdempotencyRecord, noted } from '../mutations/idempotencyRecord.ts';
import { type Refused, refused } from '../mutations/outcome.ts';
import { sendOnce } from '../mutations/sendOnce.ts';
import { announce, settledAt, withdraw } from '../mutations/underWay.ts';
import { userError, userErrorOf } from '../mutations/userErrors.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { type ApiTokenRecord, createApiToken } from '../platform/resources/apiTokens.ts';
import { toResult } from '../values/result.ts';
import { Secret } from '../values/secret.ts';
import { creationUnknown } from './creationUnknown.ts';
import { listTokens, tokenOfHash } from './listedToken.ts';
import { type Draft, namesakesOf, recover, type TokenSearch } from './recover.ts';
import type { ProjectScope } from './scope.ts';

/** Token that was created, now or by an earlier run. */
export interface Issued {
  readonly kind: 'issued';
  readonly token: ApiTokenRecord;
  /** Hash of the token, known also if the list masks the value. */
  readonly tokenHash: string;
  /** True if the answer of the platform was lost and the token was found in the list. */
  readonly recovered: boolean;
}

export function issued(token: ApiTokenRecord, tokenHash: string, recovered = false): Issued {
  return { kind: 'issued', token, tokenHash, recovered };
}

/** Creation of one token. */
interface Issue extends Draft {
  readonly scope: ProjectScope;
  readonly idempotency: IdempotencyRecord;
  readonly audit: AuditScope;
  /** Hash of the input, by which the record is recognized. */
  readonly input: string;
  /** Number of the rotation on its day: see `IdempotencyEntry.ordinal`. */
  readonly ordinal?: number;
}

/**
 * Creates a token once, or returns the token of an earlier run with the same record. Throws `OUTCOME_UNKNOWN` if the answer was
 * lost and the lists do not tell. The record keeps this, so that a repetition polls again.
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

/** Returns the token of an earlier run. Name and former list tell it where the list masks values. */
async function issuedBefore(
  context: MutationContext,
  { scope, name, description }: Issue,
  { before, sentAt, startedAt }: IdempotencyEntry,
  tokenHash: string,
): Promise<Issued | Refused> {
  const list = await listTokens(context, scope);
  const found = tokenOfHash(context, list, tokenHash);
  if (found) return issued(found, tokenHash);
  const masked = list.records.filter(({ secret }) => secret.form !== 'whole');
  const mayComeYet = Date.now() < settledAt(context.settings, sentAt ?? startedAt);
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
 * Recovers the token of an interrupted run. Null if there is none and the creation is no longer under way: creating again is
 * safe then.
 */
async function resume(
  context: MutationContext,
  issue: Issue,
  entry: IdempotencyEntry,
  sentAt: number,
): Promise<Issued | null> {
  const landed = settledAt(context.settings, sentAt);
  const pollForMs = Math.max(context.settings.verifyTimeoutMs, landed - Date.now());
  const found = await recoverLost(context, issue, { before: entry.before, sentAt, pollForMs });
  if (found.kind === 'found') return keep(context, issue, entry, found.token, true);
  if (found.seen === 'none' && Date.now() >= landed) return null;
  throw creationUnknown(found.seen);
}

async function create(context: MutationContext, issue: Issue): Promise<Issued | Refused> {
  const { scope, idempotency, audit, input, ordinal, name, description } = issue;
  context.loaders.tokensChanged(scope.manager, scope.projectId);
  const listed = await listedBefore(context, scope);
  if (!listed) return refused(userError('PROJECT_NOT_FOUND', 'projectId'));
  const before = listed === 'FORBIDDEN' ? null : listed.map((token) => context.ids.apiTokenHash(token));
  // The line comes before the time of sending.
  await audit.beforeWriting();
  const sentAt = Date.now();
  const entry = { input, ordinal, startedAt: idempotency.entry?.startedAt ?? sentAt, sentAt, before, result: null };
  const write = async () => {
    await noteSending(context, issue, entry);
    const { projectId } = scope;
    const token = await context.session.as(scope.manager).call(createApiToken, { projectId, name, description });
    // Created somewhere else, in spite of the header: this project lists nothing of it, and its secret stays here.
    if ((token.createdIn ?? projectId) !== projectId) throw new PlatformError('OUTCOME_UNKNOWN', createApiToken);
    return token;
  };
  const sent = await sendOnce(audit, write, () => context.loaders.tokensChanged(scope.manager, scope.projectId));
  if (sent.kind === 'made') return keep(context, issue, entry, sent.answer, false);
  if (sent.kind === 'refused') {
    await toResult(() => withdraw(context, namesakesOf(scope, issue), idempotency.owner));
    await toResult(() => idempotency.drop());
    return refused(userErrorOf(sent.error, userError('PROJECT_NOT_FOUND', 'projectId')));
  }
  const found = await recoverLost(context, issue, { before, sentAt, pollForMs: context.settings.verifyTimeoutMs });
  if (found.kind === 'found') return keep(context, issue, entry, found.token, true);
  throw creationUnknown(found.seen, sent.error);
}

/** Lists the tokens of the project; null if the project is absent. Roles of users may allow creation but not listing. */
async function listedBefore(
  context: MutationContext,
  scope: ProjectScope,
): Promise<readonly ApiTokenRecord[] | 'FORBIDDEN' | null> {
  const listed = await toResult(() => context.loaders.apiTokens.ofProject(projectOf(scope)));
  if (!(listed instanceof Error)) return listed?.records ?? null;
  if (listed instanceof PlatformError && listed.kind === 'FORBIDDEN') return 'FORBIDDEN';
  throw listed;
}

/** Notes that a creation is about to be sent. Without a store, one that cannot be repeated goes on. */
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
  search: Pick<TokenSearch, 'before' | 'sentAt' | 'pollForMs'>,
) {
  return recover(context, scope, { ...search, name, description, status, owner: idempotency.owner });
}

/**
 * Notes the created token, and then that nothing is under way. If the record cannot be written, the token is withheld: the next
 * run finds it with its secret undisclosed.
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
