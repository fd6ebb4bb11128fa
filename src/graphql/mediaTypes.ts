import { LRUCache } from 'lru-cache';
import { Negotiator } from 'negotiator';

/** Media type of answers to callers without a preference. */
const JSON_TYPE = 'application/json; charset=utf-8';

/** Types of an answer in one piece, in the order of Apollo Server 5. */
const OFFERED = [
  JSON_TYPE,
  'application/graphql-response+json; charset=utf-8',
  'application/json; callbackSpec=1.0; charset=utf-8',
];

/** Longer texts are left to Apollo Server. */
const MAX_ACCEPT_LENGTH = 256;

/** By text of the header. Callers send few different ones; reading one takes as long as a small query. Empty: none is accepted. */
const negotiated = new LRUCache<string, string>({
  max: 64,
  memoMethod: (accept) => new Negotiator({ headers: { accept } }).mediaType(OFFERED) ?? '',
});

/** Media type that Apollo Server chooses for an `Accept` header. Null if the choice, or the refusal, is left to it. */
export function answerType(accept: string | undefined): string | null {
  if (!accept) return JSON_TYPE;
  return accept.length > MAX_ACCEPT_LENGTH ? null : negotiated.memo(accept) || null;
}
