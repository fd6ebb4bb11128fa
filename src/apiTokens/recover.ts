import { FIRST_BACKOFF_MS, nextBackoff, pollTimeoutMs } from '../mutations/backoff.ts';
import type { MutationContext } from '../mutations/context.ts';
import { claim, isOthers } from '../mutations/disclosure.ts';
import { isContested, type Namesakes } from '../mutations/underWay.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { toResult } from '../values/result.ts';
import type { ProjectScope } from './scope.ts';

/** Values that a creation was sent with. */
export interface Draft {
  readonly name: string;
  readonly description: string | null;
  /** Status that the token has in the end. All tokens are created active. */
  readonly status: 'ACTIVE' | 'BLOCKED';
}

export interface TokenSearch extends Draft {
  /** Hashes of the tokens before the creation. Null if they are unknown: no token can be recognized as new then. */
  readonly before: readonly string[] | null;
  /** Owner of the creation: see `claim`. */
  readonly owner: string;
  /** Time of sending in milliseconds since 1970. */
  readonly sentAt: number;
  /** Duration of polling in milliseconds. */
  readonly pollForMs: number;
}

/** Token of a creation whose answer was lost, or what the lists showed instead. */
type Recovery =
  | { readonly kind: 'found'; readonly token: ApiTokenRecord }
  | { readonly kind: 'unknown'; readonly seen: SearchResult };
export type SearchResult = 'none' | 'one' | 'several' | 'masked' | 'unreadable';

const MIN_POLLS = 2;

/**
 * Polls the list for the token of a creation whose answer was lost: a new one with the same values. A write may land late: the
 * token must be the only one in two polls in a row. No other creation may have made it.
 */
export async function recover(context: MutationContext, scope: ProjectScope, search: TokenSearch): Promise<Recovery> {
  const { before } = search;
  if (before === null) return { kind: 'unknown', seen: 'unreadable' };
  const start = performance.now();
  let [last, seen]: [string | null, SearchResult] = [null, 'unreadable'];
  for (let backoff = FIRST_BACKOFF_MS, polls = 1; ; backoff = nextBackoff(backoff), polls += 1) {
    if (!(await context.session.pause(backoff))) break;
    const withinMs = pollTimeoutMs(search.pollForMs, performance.now() - start);
    const candidates = await toResult(() => candidatesOf(context, scope, search, new Set(before), withinMs));
    if (candidates instanceof Error) [last, seen] = [null, 'unreadable'];
    else {
      const [token, ...others] = candidates;
      seen = resultOf(candidates);
      const tokenHash = token && others.length === 0 ? context.ids.apiTokenHash(token) : null;
      if (token && tokenHash !== null && tokenHash === last) {
        if (token.secret.form === 'masked') break;
        if ((await toResult(() => take(context, scope, search, token, tokenHash))) === true)
          return { kind: 'found', token };
      }
      last = tokenHash;
    }
    if (polls >= MIN_POLLS && performance.now() - start >= search.pollForMs) break;
  }
  return { kind: 'unknown', seen };
}

/** Returns the key of creations whose tokens may be confused: those of one name in a project. */
export function namesakesOf({ projectId }: ProjectScope, { name }: Pick<Draft, 'name'>): Namesakes {
  return { kind: 'token', within: projectId, name };
}

async function candidatesOf(
  context: MutationContext,
  scope: ProjectScope,
  search: TokenSearch,
  before: ReadonlySet<string>,
  withinMs: number,
): Promise<ApiTokenRecord[]> {
  const { manager, projectId } = scope;
  const { records, unreadableCount } = await context.loaders.apiTokens.reread(manager, projectId, withinMs);
  const alike = records.filter(({ name, description }) => name === search.name && description === search.description);
  const candidates: ApiTokenRecord[] = [];
  for (const token of alike) {
    const tokenHash = context.ids.apiTokenHash(token);
    if (!before.has(tokenHash) && !(await isOthers(context, tokenHash, search.owner))) candidates.push(token);
  }
  // The token may be among the unreadable ones.
  if (candidates.length === 0 && unreadableCount > 0) throw new Error('some tokens of the project cannot be read');
  return candidates;
}

/** Claims the token. The claim comes last: another creation notes its claim before it stops being under way. */
async function take(
  context: MutationContext,
  scope: ProjectScope,
  search: TokenSearch,
  token: ApiTokenRecord,
  tokenHash: string,
): Promise<boolean> {
  // Somebody has changed it since: its secret is not returned.
  if (token.status !== 'ACTIVE' && token.status !== search.status) return false;
  if (await isContested(context, namesakesOf(scope, search), search.owner, search.sentAt)) return false;
  return claim(context, tokenHash, search.owner);
}

function resultOf(candidates: readonly ApiTokenRecord[]): SearchResult {
  if (candidates.length === 0) return 'none';
  return candidates.length > 1
    ? 'several'
    : candidates.some(({ secret }) => secret.form === 'masked')
      ? 'masked'
      : 'one';
}
