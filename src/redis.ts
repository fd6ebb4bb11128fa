import { createClient, type RedisClientType } from '@redis/client';
import type { Logger } from 'pino';
import type { Secret } from './values/secret.ts';

/** Redis is not there, or did not answer in time. Holds no address and no text of Redis: the address may hold a password. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
}

export type RedisClient = RedisClientType;

/** A connection to Redis that comes back by itself, and that nobody has to wait for. */
export interface Redis {
  /** Number of connections made so far. Another one may lead to another Redis, or to one that lost its latest writes. */
  readonly connections: number;
  /** True while there is a connection. */
  readonly isUp: boolean;
  /**
   * Runs a command and gives its answer. Throws `RedisUnavailableError` within `COMMAND_TIMEOUT_MS`; the command may have
   * been performed then.
   */
  run<T>(command: (client: RedisClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A healthy Redis answers in about one. */
const COMMAND_TIMEOUT_MS = 250;
const CONNECT_TIMEOUT_MS = 2_000;
const MAX_RECONNECT_DELAY_MS = 1_000;
/** Time without commands after one that took too long, so that not every request waits for Redis. */
const REST_MS = 1_000;
const KEY_PREFIX = 'geai-graph:';

/** Connects in the background: a Redis that is down is no reason not to start. */
export function connectRedis(url: Secret, log: Logger): Redis {
  const client = createClient({
    url: url.reveal(),
    keyPrefix: KEY_PREFIX,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (retries) => Math.min(MAX_RECONNECT_DELAY_MS, 50 * 2 ** Math.min(retries, 10)),
    },
  });
  let wasReady = true;
  let connections = 0;
  client.on('ready', () => {
    connections += 1;
    if (!wasReady) log.info('redis is back');
    wasReady = true;
    if (connections === 1) void warnOfEviction(client, log);
  });
  client.on('error', (error: Error & { code?: string }) => {
    if (wasReady) log.warn({ failure: error.code ?? error.name }, 'redis is not available');
    wasReady = false;
  });
  const connecting = client.connect().catch(() => undefined);
  let restsUntil = 0;
  return {
    get connections() {
      return connections;
    },
    get isUp() {
      return client.isReady;
    },
    run: async (command) => {
      if (!client.isReady || performance.now() < restsUntil) throw new RedisUnavailableError('redis is not available');
      return withinTime(command(client), () => {
        restsUntil = performance.now() + REST_MS;
        log.warn('redis is slow');
      });
    },
    close: async () => {
      client.destroy();
      await connecting;
    },
  };
}

/** Everything that is kept has a time to live, so that any policy but `noeviction` may drop it early. */
async function warnOfEviction(client: RedisClient, log: Logger): Promise<void> {
  const memory = await client.info('memory').catch(() => '');
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction';
  const isBounded = !/^maxmemory:0\s*$/m.test(memory);
  if (!isBounded || policy === 'noeviction') return;
  log.warn({ policy }, 'redis may evict what keeps creations single; set its maxmemory-policy to noeviction');
}

function withinTime<T>(answer: Promise<T>, onTimeout: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      onTimeout();
      reject(new RedisUnavailableError('redis did not answer in time'));
    }, COMMAND_TIMEOUT_MS);
    answer.then(resolve, () => reject(new RedisUnavailableError('redis failed'))).finally(() => clearTimeout(timer));
  });
}
