import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import type { MutationContext } from '../mutations/context.ts';
import { claim } from '../mutations/disclosure.ts';
import type { IdempotencyEntry, IdempotencyRecord, KeptToken } from '../mutations/idempotencyRecord.ts';
import type { PlatformList } from '../platform/client/lists.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';

/** Token that a new project starts with. */
export interface FirstToken extends KeptToken {
  readonly record: ApiTokenRecord;
}

export type FirstTokens = PlatformList<FirstToken>;

export function toFirstToken({ ids }: MutationContext, record: ApiTokenRecord): FirstToken {
  const nameHash = ids.keyedHash('name of a token', record.name).toString('base64url');
  return { record, tokenHash: ids.apiTokenHash(record), nameHash };
}

/**
 * Lists the tokens that a project started with, without later ones. After a lost answer, those are the tokens that no other
 * creation has claimed when the project is found. Throws `StoreUnavailableError`.
 */
export async function firstTokens(
  context: MutationContext,
  manager: TokenManagerCredential,
  idempotency: IdempotencyRecord,
  entry: IdempotencyEntry,
  projectId: string,
): Promise<FirstTokens> {
  const { records, unreadableCount } = await context.loaders.apiTokens.reread(manager, projectId);
  const listed = records.map((record) => toFirstToken(context, record));
  if (entry.tokens) {
    const known = entry.tokens.flatMap((kept) => asListed(kept, listed) ?? []);
    return { records: known, unreadableCount: Math.min(unreadableCount, entry.tokens.length - known.length) };
  }
  const tokens: FirstToken[] = [];
  for (const token of listed) {
    if (await claim(context, token.tokenHash, idempotency.owner)) tokens.push(token);
  }
  await idempotency.write({ ...entry, tokens: tokens.map(({ tokenHash, nameHash }) => ({ tokenHash, nameHash })) });
  return { records: tokens, unreadableCount };
}

/** Returns the listed token: the oldest of its name where the list masks values. Undefined if it is no longer listed. */
function asListed({ tokenHash, nameHash }: KeptToken, listed: readonly FirstToken[]): FirstToken | undefined {
  const same = listed.find((token) => token.tokenHash === tokenHash);
  if (same) return same;
  const alike = listed.filter((token) => token.nameHash === nameHash && token.record.secret.form !== 'whole');
  const createdAt = ({ record }: FirstToken) => record.createdAt ?? '';
  const [oldest] = alike.sort((one, other) => createdAt(one).localeCompare(createdAt(other)));
  return oldest && { ...oldest, tokenHash };
}
