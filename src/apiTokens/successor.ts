import type { IdempotencyRecord } from '../mutations/idempotencyRecord.ts';
import { type Refused, refused } from '../mutations/outcome.ts';
import { settledAt } from '../mutations/underWay.ts';
import { type UserError, userError } from '../mutations/userErrors.ts';
import type { ApiTokenList, ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { type Issued, issued, issueToken } from './issue.ts';
import { tokenByHash } from './listedToken.ts';
import type { RotationInput, Run } from './rotate.ts';
import { freeOrdinal, isSuccessorName, successorName } from './successorName.ts';
import { findToken } from './target.ts';

/** Returns the successor: the named one, that of an earlier run, or a new one. Creates none if an earlier rotation may have. */
export async function successorOf(
  run: Run,
  idempotency: IdempotencyRecord,
  input: string,
  wanted: RotationInput,
): Promise<Issued | Refused> {
  if (wanted.successorId != null) return named(run, wanted.successorId);
  const missing = await forgetRetired(run, idempotency);
  if (missing) return refused(missing);
  const { context, audit, scope, old } = run;
  if (!idempotency.entry) {
    const list = await context.loaders.apiTokens.reread(scope.manager, scope.projectId);
    const { records } = list;
    const isAnother = wanted.idempotencyKey != null && wanted.oldToken === 'KEEP';
    const forgotten = isAnother ? null : forgottenIn(list, old);
    if (forgotten) return refused(forgotten);
    return issue(freeOrdinal(old.name, new Date(), new Set(records.map(({ name }) => name))));
  }
  return issue(idempotency.entry.ordinal ?? 1);

  function issue(ordinal: number): Promise<Issued | Refused> {
    const name = successorName(old.name, new Date(idempotency.entry?.startedAt ?? Date.now()), ordinal);
    const draft = { name, description: old.description, status: 'ACTIVE' } as const;
    return issueToken(context, { scope, idempotency, audit, input, ordinal, ...draft });
  }
}

/** Returns the token that the caller names as successor, to be verified later. */
async function named({ context, scope, old }: Run, id: string): Promise<Issued | Refused> {
  const handle = context.ids.readApiTokenId(id);
  if (!handle || handle.projectId !== scope.projectId) return refused(userError('INVALID_ID', 'successorId'));
  const found = await findToken(context, handle, 'successorId');
  if (found.kind === 'refused') return found;
  const { token } = found;
  if (token.secret.equals(old.secret)) return refused(userError('INVALID_ID', 'successorId'));
  if (token.status === 'REVOKED') return refused(userError('TOKEN_REVOKED', 'successorId'));
  return issued(token, context.ids.apiTokenHash(token));
}

/** Drops the record of a successor that is revoked or gone, so that another is created. A new one may not be listed yet. */
async function forgetRetired({ context, scope }: Run, idempotency: IdempotencyRecord): Promise<UserError | null> {
  const { entry } = idempotency;
  if (!entry?.result) return null;
  const successor = await tokenByHash(context, scope, entry.result);
  if (!successor && Date.now() < settledAt(context.settings, entry.sentAt ?? entry.startedAt)) {
    return incomplete('The successor is not listed yet.');
  }
  if (!successor || successor.status === 'REVOKED') await idempotency.drop();
  return null;
}

/** Returns a user error if an earlier rotation may have made a successor. Null if none did. */
function forgottenIn({ records, unreadableCount }: ApiTokenList, old: ApiTokenRecord): UserError | null {
  if (records.some((token) => maySucceed(token, old))) return userError('SUCCESSOR_EXISTS', 'successorId');
  return unreadableCount > 0 ? UNREADABLE : null;
}

const UNREADABLE: UserError = {
  code: 'SUCCESSOR_EXISTS',
  message:
    'Some tokens of the project cannot be read, and one of them may be the successor of an earlier rotation: look in the ' +
    "platform's console. A successor is made all the same with `KEEP` and a new `idempotencyKey`.",
  field: 'successorId',
};

/** True if a forgotten rotation may have made the first token as successor of the second. */
function maySucceed(token: ApiTokenRecord, old: ApiTokenRecord): boolean {
  const isLive = token.status !== 'REVOKED' && token.status !== 'BLOCKED';
  const isOlder = token.createdAt !== null && old.createdAt !== null && token.createdAt < old.createdAt;
  return isLive && !isOlder && !token.secret.equals(old.secret) && isSuccessorName(token.name, old.name);
}

export function incomplete(what: string): UserError {
  const message = `${what} Run the rotation again to continue.`;
  return { code: 'ROTATION_INCOMPLETE', message, field: null };
}
