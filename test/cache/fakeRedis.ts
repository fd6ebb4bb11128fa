import { type Redis, type RedisClient, RedisUnavailableError } from '../../src/redis.ts';

interface Options {
  readonly condition?: 'NX';
  readonly expiration?: { readonly type: 'EX' | 'PX'; readonly value: number };
  readonly EX?: number;
  readonly PX?: number;
}

interface Value {
  /** Null for a value of another type than text. */
  readonly text: string | null;
  readonly until: number;
}

/** What a Redis holds, on a clock of its own. */
export class FakeRedis {
  values = new Map<string, Value>();
  now = 0;
  isDown = false;
  refusesWrites = false;
  /** What writes wait for before they are done. */
  slowness: Promise<void> | null = null;
  /** What reads wait for after they are done. */
  delay: Promise<void> | null = null;
  #connections = 1;

  /** A replica's connection. */
  connect(): Redis {
    const connections = () => this.#connections;
    return {
      get connections() {
        return connections();
      },
      isUp: true,
      run: async (command) => {
        if (this.isDown) throw new RedisUnavailableError('down');
        return command(this as unknown as RedisClient);
      },
      close: async () => undefined,
    };
  }

  /** Every replica has lost its connection and has made another. */
  reconnect(): void {
    this.#connections += 1;
  }

  async mGet(keys: readonly string[]): Promise<(string | null)[]> {
    const found = keys.map((key) => this.#find(key)?.text ?? null);
    if (this.delay) await this.delay;
    return found;
  }

  async get(key: string): Promise<string | null> {
    const found = this.#find(key);
    if (found?.text === null) throw new RedisUnavailableError('WRONGTYPE');
    return found?.text ?? null;
  }

  async set(key: string, text: string, { condition, expiration, EX, PX }: Options): Promise<'OK' | null> {
    if (this.slowness) await this.slowness;
    if (this.refusesWrites) throw new RedisUnavailableError('READONLY');
    if (condition === 'NX' && this.#find(key)) return null;
    const seconds = EX ?? (expiration?.type === 'EX' ? expiration.value : null);
    const milliseconds = PX ?? (expiration?.type === 'PX' ? expiration.value : null);
    this.values.set(key, { text, until: this.now + (seconds === null ? (milliseconds ?? 0) : seconds * 1_000) });
    return 'OK';
  }

  #find(key: string): Value | undefined {
    const found = this.values.get(key);
    return found && found.until > this.now ? found : undefined;
  }
}
