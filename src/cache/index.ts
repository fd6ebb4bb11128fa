import type { Logger } from 'pino';
import type { CacheMode } from '../config.ts';
import type { Caches } from '../platform/client/answerCache.ts';
import type { Redis } from '../redis.ts';
import { InProcessCache } from './inProcess.ts';
import { NoCache } from './none.ts';
import { SharedCache } from './shared.ts';

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_IDENTITY_BYTES = 8 * 1024 * 1024;

/**
 * Caches of answers across requests, by mode. Introspections of tokens are always remembered, since each request needs them.
 */
export function createCaches(mode: CacheMode, redis: Redis | null, log: Logger): Caches {
  if (mode === 'redis' && redis) {
    const shared = new SharedCache(redis, log);
    return { answers: shared, identities: shared };
  }
  const identities = new InProcessCache(MAX_IDENTITY_BYTES);
  return { answers: mode === 'off' ? new NoCache() : new InProcessCache(MAX_ANSWER_BYTES), identities };
}
