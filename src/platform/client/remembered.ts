import type { Soon } from '../../values/soon.ts';
import type { DecodedAnswer } from './answer.ts';
import type { AnswerCache, Caches, Lookup } from './answerCache.ts';
import type { Endpoint } from './endpoint.ts';
import type { Call } from './retryingClient.ts';
import { scopesOf } from './scopes.ts';

/** Looks for a remembered answer to a read with this key. */
export function recall(caches: Caches, { endpoint, credential }: Call<unknown>, key: string): Soon<Lookup> {
  return cacheOf(caches, endpoint).get(scopesOf(credential, endpoint), endpoint.keptMs === 0 ? null : key);
}

/** Remembers an answer to a read that was asked for under `version`, if it may be kept. */
export function remember(
  caches: Caches,
  { endpoint, credential }: Call<unknown>,
  key: string,
  version: string | null,
  { value, bytes }: DecodedAnswer<unknown>,
): void {
  const { keptMs: forMs } = endpoint;
  if (version === null || forMs === 0) return;
  cacheOf(caches, endpoint).set(scopesOf(credential, endpoint), key, { version, value, bytes, forMs });
}

function cacheOf({ answers, identities }: Caches, { family }: Endpoint): AnswerCache {
  return family === 'identity' ? identities : answers;
}
