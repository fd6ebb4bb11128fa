import { createHmac, createSecretKey } from 'node:crypto';
import type { Redis } from '../redis.ts';
import type { Secret } from '../secret.ts';
import { redisState } from './redis.ts';
import { sqliteState } from './sqlite.ts';
import type { StateStore } from './store.ts';

/** The state in Redis, when there is one, else in the file, else in memory. Whoever reads the store learns no key. */
export function openState(redis: Redis | null, file: string | null, idSecret: Secret): StateStore {
  return withHashedKeys(redis ? redisState(redis) : sqliteState(file), idSecret);
}

/** Keys may hold what callers choose, so only keyed hashes of them are kept. The same on every replica. */
export function withHashedKeys(store: StateStore, idSecret: Secret): StateStore {
  const secret = createSecretKey(idSecret.reveal(), 'utf8');
  const hash = (key: string) => createHmac('sha256', secret).update('state\n').update(key).digest('base64url');
  return {
    get: (key) => store.get(hash(key)),
    set: (key, value, ttlMs) => store.set(hash(key), value, ttlMs),
    replace: (key, expected, value, ttlMs) => store.replace(hash(key), expected, value, ttlMs),
    getAll: (keys) => store.getAll(keys.map(hash)),
    setAll: (keys, value, ttlMs) => store.setAll(keys.map(hash), value, ttlMs),
    delete: (key) => store.delete(hash(key)),
    lock: (key, ttlMs) => store.lock(hash(key), ttlMs),
    close: () => store.close(),
  };
}
