import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { AnswerCache, CachedAnswer, Lookup } from '../platform/client/answerCache.ts';
import { type Redis, type RedisClient, RedisUnavailableError } from '../redis.ts';
import { isJsonObject, parseJson } from '../values/json.ts';

/** Part of every key. Another one whenever a record of `src/platform/` changes its members: replicas may run two releases. */
const SHAPE = 'answers-3';

/** Part of every version. A new one ends everything that is known, on every replica. */
const EPOCH = 'epoch';

/**
 * Longer than a change is watched. Versions are random, the first one too: one that is gone never comes back, nor do the
 * answers that were read under it.
 */
const VERSION_LIFE_S = 300;

/** Begins the version of a scope of which nothing is kept. */
const CLOSED = 'closed ';

/** A new try at a change that Redis was not told of comes after this long. */
const RETRY_MS = 500;

/** Larger answers would cost more to fetch and parse than to ask for again. */
const MAX_BYTES = 1024 * 1024;

const UNKNOWN: Lookup = { version: null };

/**
 * Remembers in Redis, for all replicas. Without Redis, nothing is found, shared or kept, and requests go on. Each connection
 * begins a new epoch, since its Redis may have been restored from before a change. So does a change that Redis could not be
 * told of, as soon as it can. Until then this replica trusts nothing. Another one that reaches Redis meanwhile may believe
 * answers for the seconds that they are kept.
 */
export class SharedCache implements AnswerCache {
  readonly #redis: Redis;
  readonly #log: Logger;
  /** The connection that the present epoch was begun on. Null from a change that was not told until the next epoch. */
  #trusted: number | null = null;
  /** Number of changes that were not told. */
  #untold = 0;
  #beginning: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: Redis, log: Logger) {
    this.#redis = redis;
    this.#log = log;
  }

  async get(scopes: readonly string[], key: string | null): Promise<Lookup> {
    if (!this.#isTrusted) await this.#beginOnce();
    if (!this.#isTrusted) return UNKNOWN;
    const all = [EPOCH, ...scopes];
    const names = all.map(versionKey);
    const keys = key === null ? names : [...names, answerKey(key)];
    const found = await this.#try((client) => client.mGet(keys));
    if (!found) return UNKNOWN;
    const versions = await Promise.all(all.map((scope, index) => found[index] ?? this.#firstVersion(scope)));
    // Told in vain while we asked: what was found may be from before.
    if (!this.#isTrusted || !versions.every(isOpen)) return UNKNOWN;
    const version = versions.join(' ');
    return { version, value: read(found[all.length], version) };
  }

  set(_scopes: readonly string[], key: string, { version, value, bytes, forMs }: CachedAnswer): void {
    if (bytes > MAX_BYTES) return;
    const entry = JSON.stringify({ version, value });
    void this.#try((client) => client.set(answerKey(key), entry, { PX: forMs }));
  }

  forget(scope: string): Promise<boolean> {
    return this.#tell(scope, randomUUID());
  }

  close(scope: string): Promise<boolean> {
    return this.#tell(scope, CLOSED + randomUUID());
  }

  get #isTrusted(): boolean {
    return this.#trusted === this.#redis.connections;
  }

  async #tell(scope: string, version: string): Promise<boolean> {
    if (await this.#setVersion(scope, version)) return true;
    this.#untold += 1;
    this.#trusted = null;
    this.#beginLater();
    return false;
  }

  #beginOnce(): Promise<void> {
    this.#beginning ??= this.#begin();
    return this.#beginning;
  }

  async #begin(): Promise<void> {
    const [{ connections }, untold] = [this.#redis, this.#untold];
    const isBegun = await this.#setVersion(EPOCH, randomUUID());
    // A change that was not told meanwhile may be later than this epoch.
    if (isBegun && untold === this.#untold) this.#trusted = connections;
    this.#beginning = undefined;
  }

  #beginLater(): void {
    this.#timer ??= setTimeout(async () => {
      await this.#beginOnce();
      this.#timer = undefined;
      if (!this.#isTrusted) this.#beginLater();
    }, RETRY_MS).unref();
  }

  /** Gives a scope that has no version one, unless another replica is quicker: then that counts. */
  async #firstVersion(scope: string): Promise<string | null> {
    const [name, version] = [versionKey(scope), randomUUID()];
    const options = { condition: 'NX', expiration: { type: 'EX', value: VERSION_LIFE_S } } as const;
    const isOurs = await this.#try((client) => client.set(name, version, options));
    if (isOurs) return version;
    const theirs = await this.#try((client) => client.get(name));
    // An unreadable value is no version: another one is as good as a change.
    return theirs ?? ((await this.#setVersion(scope, version)) ? version : null);
  }

  async #setVersion(scope: string, version: string): Promise<boolean> {
    const done = await this.#try((client) => client.set(versionKey(scope), version, { EX: VERSION_LIFE_S }));
    return done !== null;
  }

  async #try<T>(command: (client: RedisClient) => Promise<T>): Promise<T | null> {
    try {
      return await this.#redis.run(command);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) this.#log.error({ err: error }, 'the shared cache failed');
      return null;
    }
  }
}

function isOpen(version: string | null): boolean {
  return version !== null && !version.startsWith(CLOSED);
}

/** The answer in an entry of this version; undefined when there is none, or something else is there. */
function read(entry: string | null | undefined, version: string): unknown {
  if (entry == null) return undefined;
  const kept = parseJson(entry);
  return isJsonObject(kept) && kept.version === version ? kept.value : undefined;
}

function versionKey(scope: string): string {
  return `version:${scope}`;
}

function answerKey(key: string): string {
  return `${SHAPE}:${key}`;
}
