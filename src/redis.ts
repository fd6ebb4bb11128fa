import { setTimeout as delay } from 'node:timers/promises';
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
  /** True while Redis is connected and takes writes in time. */
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
/** Time between two looks at a Redis that is in trouble. */
const LOOK_MS = 1_000;
/** Time of trouble after which another connection is made: the address may lead to another Redis by now. */
const REPLACE_MS = 5_000;
const KEY_PREFIX = 'geai-graph:';
const LATE = 'TIMEOUT';

/** Connects in the background: a Redis that is down is no reason not to start. */
export function connectRedis(url: Secret, log: Logger): Redis {
  return new Connection(url, log);
}

class Connection implements Redis {
  connections = 0;
  readonly #url: Secret;
  readonly #log: Logger;
  #client: RedisClient;
  /** True once it was seen to take a write, and until trouble is noted. */
  #works = false;
  /** True while nobody waits for it, since it was late. */
  #rests = false;
  #isWatched = false;
  #isClosed = false;
  /** Failures of the present trouble that the log has. */
  readonly #told = new Set<string>();

  constructor(url: Secret, log: Logger) {
    this.#url = url;
    this.#log = log;
    this.#client = this.#open();
    void this.#watch();
  }

  get isUp(): boolean {
    return this.#client.isReady && this.#works;
  }

  async run<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.#client.isReady || this.#rests) throw new RedisUnavailableError('redis is not available');
    try {
      return await withinTime(command(this.#client));
    } catch (error) {
      const failure = failureOf(error);
      if (failure === LATE) {
        this.#rests = true;
        this.#note(failure);
      }
      void this.#watch();
      throw new RedisUnavailableError(`redis failed: ${failure}`);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#client.destroy();
  }

  #open(): RedisClient {
    const client: RedisClient = createClient({
      url: this.#url.reveal(),
      keyPrefix: KEY_PREFIX,
      disableOfflineQueue: true,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: (retries) => Math.min(MAX_RECONNECT_DELAY_MS, 50 * 2 ** Math.min(retries, 10)),
      },
    });
    client.on('ready', () => {
      this.connections += 1;
      if (this.connections === 1) void warnOfModes(client, this.#log);
    });
    client.on('error', (error) => {
      if (client !== this.#client) return;
      this.#note(failureOf(error));
      void this.#watch();
    });
    client.connect().catch(() => undefined);
    return client;
  }

  /** Asks by a write whether Redis does its work, until it does. A command that fails tells less: its key may hold something else. */
  async #watch(): Promise<void> {
    if (this.#isWatched) return;
    this.#isWatched = true;
    if (this.#rests) await pause();
    let since = performance.now();
    for (;;) {
      await this.#look();
      // Seen together with the end of the watch: a command may have been late meanwhile.
      if (this.#works || this.#isClosed) break;
      await pause();
      if (performance.now() - since < REPLACE_MS || this.#isClosed) continue;
      this.#client.destroy();
      this.#client = this.#open();
      since = performance.now();
    }
    this.#isWatched = false;
  }

  async #look(): Promise<void> {
    if (!this.#client.isReady) return;
    const write = this.#client.set('look', '', { expiration: { type: 'PX', value: LOOK_MS } });
    this.#note(await withinTime(write).then(() => null, failureOf));
  }

  #note(failure: string | null): void {
    this.#works = failure === null;
    if (failure !== null) {
      if (!this.#told.has(failure)) this.#log.warn({ failure }, 'redis is not available');
      this.#told.add(failure);
      return;
    }
    this.#rests = false;
    if (this.#told.size > 0) this.#log.info('redis is back');
    this.#told.clear();
  }
}

/** The process may end meanwhile. */
function pause(): Promise<void> {
  return delay(LOOK_MS, undefined, { ref: false });
}

/** Warns of what does not show in a write: keys that may be dropped early, or that are on another machine. */
async function warnOfModes(client: RedisClient, log: Logger): Promise<void> {
  const info = await client.info().catch(() => '');
  const settings = new Map(info.split('\r\n').map((line) => line.split(':', 2) as [string, string]));
  const policy = settings.get('maxmemory_policy') ?? 'noeviction';
  // Everything that is kept has a time to live, so that any other policy may drop it.
  if ((settings.get('maxmemory') ?? '0') !== '0' && policy !== 'noeviction')
    log.warn({ policy }, 'redis may evict what keeps creations single; set its maxmemory-policy to noeviction');
  if (settings.get('cluster_enabled') === '1')
    log.warn('redis is a cluster, and most keys are on other machines of it; set REDIS_URL to a single one');
}

class LateError extends Error {}

function withinTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new LateError()), COMMAND_TIMEOUT_MS);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Kind of a failure. A refusal begins with a word such as READONLY or WRONGPASS, and may then name an address. */
function failureOf(error: unknown): string {
  if (error instanceof LateError) return LATE;
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /^[A-Z]{2,}(?= )/.exec(error.message)?.[0] ?? error.constructor.name;
}
