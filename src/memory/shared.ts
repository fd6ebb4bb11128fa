import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { AnswerMemory, Kept, Recollection } from '../platform/memory.ts';
import { type Redis, RedisUnavailableError } from '../redis.ts';

/** Part of every key. Another one whenever a record of `src/platform/` changes its members: replicas may run two releases. */
const SHAPE = 'answers-1';

/**
 * Longer than any answer is kept and any read takes. Versions are random, the first one too: one that is gone, since Redis
 * was started again or needed the room, never comes back, nor do the answers that were read under it.
 */
const VERSION_LIFE_S = 3_600;

/** A new try at a write that Redis was not told of comes after this long. */
const RETRY_MS = 500;

/** Larger answers would cost more to fetch and parse than to ask for again. */
const MAX_BYTES = 1024 * 1024;

/**
 * Remembers in Redis, for all replicas. Without Redis, requests go on as if nothing was known: nothing is found, shared or
 * kept. A write that Redis could not be told of is told later, and until then this replica trusts nothing of that scope;
 * another one, if it reaches Redis meanwhile, may believe what it finds there for the seconds that it is kept.
 */
export class SharedMemory implements AnswerMemory {
  readonly #redis: Redis;
  readonly #log: Logger;
  /** Scopes that were written to, and of which Redis does not know it yet. */
  readonly #untold = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: Redis, log: Logger) {
    this.#redis = redis;
    this.#log = log;
  }

  async recall(scope: string, key: string | null): Promise<Recollection> {
    if (this.#untold.has(scope)) return { version: null };
    const keys = [versionKey(scope), ...(key === null ? [] : [answerKey(key)])];
    const found = await this.#try((redis) => redis.run((client) => client.mGet(keys)));
    const version = found && (found[0] ?? (await this.#firstVersion(scope)));
    // Told in vain while we asked: what was found may be from before.
    if (!found || !version || this.#untold.has(scope)) return { version: null };
    return { version, value: read(found[1], version) };
  }

  /** Gives a scope that has no version one, unless another replica is quicker: then that counts. */
  async #firstVersion(scope: string): Promise<string | null> {
    const [name, version] = [versionKey(scope), randomUUID()];
    const options = { condition: 'NX', expiration: { type: 'EX', value: VERSION_LIFE_S } } as const;
    const isOurs = await this.#try((redis) => redis.run((client) => client.set(name, version, options)));
    return isOurs ? version : this.#try((redis) => redis.run((client) => client.get(name)));
  }

  keep(_scope: string, key: string, { version, value, bytes, forMs }: Kept): void {
    if (bytes > MAX_BYTES) return;
    const entry = JSON.stringify({ version, value });
    void this.#try((redis) => redis.run((client) => client.set(answerKey(key), entry, { PX: forMs })));
  }

  async forget(scope: string): Promise<void> {
    this.#untold.add(scope);
    await this.#tell(scope);
  }

  async #tell(scope: string): Promise<void> {
    const told = await this.#try((redis) =>
      redis.run((client) => client.set(versionKey(scope), randomUUID(), { EX: VERSION_LIFE_S })),
    );
    if (told) this.#untold.delete(scope);
    else {
      // Another write to the scope may have been told meanwhile, and taken it off.
      this.#untold.add(scope);
      this.#tellLater();
    }
  }

  #tellLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const scope of this.#untold) void this.#tell(scope);
    }, RETRY_MS).unref();
  }

  async #try<T>(command: (redis: Redis) => Promise<T>): Promise<T | null> {
    try {
      return await command(this.#redis);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) this.#log.error({ err: error }, 'the shared memory failed');
      return null;
    }
  }
}

/** The answer in an entry of this version; undefined when there is none. */
function read(entry: string | null | undefined, version: string): unknown {
  if (entry == null) return undefined;
  const kept: { version: string; value: unknown } = JSON.parse(entry);
  return kept.version === version ? kept.value : undefined;
}

function versionKey(scope: string): string {
  return `version:${scope}`;
}

function answerKey(key: string): string {
  return `${SHAPE}:${key}`;
}
