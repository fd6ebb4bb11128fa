import { createHmac, createSecretKey } from 'node:crypto';
import type { Logger } from 'pino';
import type { Redis } from '../redis.ts';
import type { Secret } from '../values/secret.ts';
import { checkIdSecret } from './idSecret.ts';
import { redisStore } from './redis.ts';
import { sqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

interface StoreOptions {
  readonly redis: Redis | null;
  readonly file: string | null;
  readonly idSecret: Secret;
  readonly formerIdSecret: Secret | null;
  readonly platform: URL;
  readonly log: Logger;
}

/** State in Redis if there is one, else in the file, else in memory. Readers of the store learn no key. */
export function openStore({ redis, file, idSecret, formerIdSecret, platform, log }: StoreOptions): Store {
  const plain = redis ? redisStore(redis) : sqliteStore(file);
  const store = withHashedKeys(plain, idSecret);
  if (!redis && file === null) return store;
  const hashes = { present: hashOf(idSecret), former: formerIdSecret && hashOf(formerIdSecret) };
  const stopChecking = checkIdSecret(plain, hashes, platform, log);
  const close = () => {
    stopChecking();
    return store.close();
  };
  return { ...store, close };
}

function hashOf(idSecret: Secret): string {
  return createHmac('sha256', idSecret.reveal()).update('the secret of this state').digest('base64url');
}

/** Keys may hold what callers choose, so only keyed hashes of them are kept. The same on every replica. */
export function withHashedKeys(store: Store, idSecret: Secret): Store {
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
