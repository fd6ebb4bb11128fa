import type { Logger } from 'pino';
import { request } from 'undici';
import type { RouterCacheSettings } from '../config/routers.ts';

/** Result of a call to a router. */
export interface RouterInvalidation {
  /** Name in the settings. */
  readonly router: string;
  /** True if it answered with success in time. */
  readonly isConfirmed: boolean;
}

type Invalidations = Promise<readonly RouterInvalidation[]>;

/** Caches of routers that keep answers of this facade. All of ours ends at once: a list of what a change touches can be wrong. */
export class RouterCaches {
  readonly #settings: RouterCacheSettings;
  readonly #log: Logger;
  #running: Invalidations | null = null;
  #next: Invalidations | null = null;

  constructor(settings: RouterCacheSettings, log: Logger) {
    this.#settings = settings;
    this.#log = log;
  }

  /**
   * Has every router end what it keeps of ours. Never rejects, and takes a bounded time. Changes that come while a call is under way
   * share the next one: the one under way may have begun too early for them.
   */
  invalidate(): Invalidations {
    if (!this.#running) return this.#run();
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.#run();
    });
    return this.#next;
  }

  #run(): Invalidations {
    const running = Promise.all(this.#settings.routers.map((router) => this.#tell(router)));
    this.#running = running;
    void running.then(() => {
      this.#running = null;
    });
    return running;
  }

  async #tell({ name: router, url }: RouterCacheSettings['routers'][number]): Promise<RouterInvalidation> {
    const { key, subgraph, timeoutMs } = this.#settings;
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: key.reveal() },
        body: JSON.stringify([{ kind: 'subgraph', subgraph }]),
        signal: AbortSignal.timeout(timeoutMs),
      });
      // Unheard, the error of a body that is given up would end the process.
      body.on('error', () => undefined).destroy();
      const isConfirmed = statusCode >= 200 && statusCode < 300;
      if (!isConfirmed) this.#log.warn({ router, status: statusCode }, 'router refused to end what it keeps');
      return { router, isConfirmed };
    } catch (err) {
      this.#log.warn({ router, err }, 'router could not be told to end what it keeps');
      return { router, isConfirmed: false };
    }
  }
}
