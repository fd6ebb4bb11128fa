import type { Logger } from 'pino';
import type { CacheMode } from '../config.ts';
import type { Memories } from '../platform/client/answerCache.ts';
import type { Redis } from '../redis.ts';
import { InProcessMemory } from './inProcess.ts';
import { NoMemory } from './none.ts';
import { SharedMemory } from './shared.ts';

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_IDENTITY_BYTES = 8 * 1024 * 1024;

/** What is remembered across requests, and where. What tokens are is always remembered: each request needs it. */
export function createMemories(mode: CacheMode, redis: Redis | null, log: Logger): Memories {
  if (mode === 'redis' && redis) {
    const shared = new SharedMemory(redis, log);
    return { answers: shared, identities: shared };
  }
  const identities = new InProcessMemory(MAX_IDENTITY_BYTES);
  return { answers: mode === 'off' ? new NoMemory() : new InProcessMemory(MAX_ANSWER_BYTES), identities };
}
