import { randomUUID } from 'node:crypto';
import { type Redis, type RedisClient, RedisUnavailableError } from '../redis.ts';
import { type Store, StoreUnavailableError } from './store.ts';

const VALUE = 'state:';
const LOCK = 'lock:';

/** Deletes a lock that is still ours: one that ran out may be another's by now. */
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

/** Sets a value in the place of the one that is expected. */
const REPLACE = `if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1`;

/** Keeps the state in Redis, for any number of replicas. Durability depends on the configuration of Redis. */
export function redisStore(redis: Redis): Store {
  const run = async <T>(command: (client: RedisClient) => Promise<T>): Promise<T> => {
    try {
      return await redis.run(command);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      throw new StoreUnavailableError('redis is not available', { cause: error });
    }
  };
  const claim = (key: string, value: string, ttlMs: number) =>
    run((client) => client.set(key, value, { condition: 'NX', expiration: { type: 'PX', value: ttlMs } }));
  return {
    get: (key) => run((client) => client.get(VALUE + key)),
    set: async (key, value, ttlMs) => {
      await run((client) => client.set(VALUE + key, value, { expiration: { type: 'PX', value: ttlMs } }));
    },
    replace: async (key, expected, value, ttlMs) => {
      if (expected === null) return (await claim(VALUE + key, value, ttlMs)) !== null;
      const call = { keys: [VALUE + key], arguments: [expected, value, String(ttlMs)] };
      return (await run((client) => client.eval(REPLACE, call))) === 1;
    },
    getAll: async (keys) => {
      const values: (string | null)[] = [];
      for (const part of partsOf(keys))
        values.push(...(await run((client) => client.mGet(part.map((key) => VALUE + key)))));
      return values;
    },
    setAll: async (keys, value, ttlMs) => {
      for (const part of partsOf(keys)) {
        await run((client) => {
          const batch = client.multi();
          for (const key of part) batch.set(VALUE + key, value, { expiration: { type: 'PX', value: ttlMs } });
          return batch.execAsPipeline();
        });
      }
    },
    delete: async (key) => {
      await run((client) => client.del(VALUE + key));
    },
    lock: async (key, ttlMs) => {
      const [name, owner] = [LOCK + key, randomUUID()];
      if ((await claim(name, owner, ttlMs)) === null) return null;
      return {
        release: async () => {
          // One that cannot be released runs out.
          await run((client) => client.eval(RELEASE, { keys: [name], arguments: [owner] })).catch(() => undefined);
        },
      };
    },
    // The connection belongs to whoever made it.
    close: async () => undefined,
  };
}

/** So many at a time, that each command is done well within its time. */
const KEYS_PER_COMMAND = 500;

function partsOf(keys: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_COMMAND) {
    parts.push(keys.slice(start, start + KEYS_PER_COMMAND));
  }
  return parts;
}
