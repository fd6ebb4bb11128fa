import type { Logger } from 'pino';
import { request } from 'undici';
import type { RouterCacheSettings } from '../config/routers.ts';
import type { EndingTags } from '../platform/client/cacheTags.ts';

/** Result of a call to a router. */
export interface RouterInvalidation {
  /** Name in the settings. */
  readonly router: string;
  /** True if it answered with success in time. */
  readonly isConfirmed: boolean;
}

type Invalidations = Promise<readonly RouterInvalidation[]>;

/** Tags of one call. A change of more than these ends all of the subgraph. */
const MAX_TAGS = 100;

/** Caches of routers that keep answers of this facade. By setting, all of ours ends with each change, or what bears its tags. */
export class RouterCaches {
  readonly #settings: RouterCacheSettings;
  readonly #log: Logger;
  #running: Invalidations | null = null;
  #next: Invalidations | null = null;
  /** Tags that the next call ends. Null: everything. */
  #nextTags: Set<string> | null = new Set();

  constructor(settings: RouterCacheSettings, log: Logger) {
    this.#settings = settings;
    this.#log = log;
  }

  /**
   * Has every router end what a change makes untrue. Never rejects, and takes a bounded time. Changes that come while a call is
   * under way share the next one: the one under way may have begun too early for them.
   */
  invalidate(tags: EndingTags): Invalidations {
    this.#collect(tags);
    if (!this.#running) return this.#run();
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.#run();
    });
    return this.#next;
  }

  #collect(tags: EndingTags): void {
    if (tags === null || this.#settings.by === 'subgraph') this.#nextTags = null;
    for (const tag of tags ?? []) this.#nextTags?.add(tag);
    if (this.#nextTags && this.#nextTags.size > MAX_TAGS) this.#nextTags = null;
  }

  #run(): Invalidations {
    const body = JSON.stringify(this.#ended(this.#nextTags));
    this.#nextTags = new Set();
    const running = Promise.all(this.#settings.routers.map((router) => this.#tell(router, body)));
    this.#running = running;
    void running.then(() => {
      this.#running = null;
    });
    return running;
  }

  /** Extent of a call, in the protocol of Apollo Router. */
  #ended(tags: ReadonlySet<string> | null): readonly object[] {
    const { subgraph } = this.#settings;
    if (!tags) return [{ kind: 'subgraph', subgraph }];
    return [...tags].map((tag) => ({ kind: 'cache_tag', subgraphs: [subgraph], cache_tag: tag }));
  }

  async #tell(
    { name: router, url }: RouterCacheSettings['routers'][number],
    body: string,
  ): Promise<RouterInvalidation> {
    const { key, timeoutMs } = this.#settings;
    try {
      const answer = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: key.reveal() },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      // Unheard, the error of a body that is given up would end the process.
      answer.body.on('error', () => undefined).destroy();
      const isConfirmed = answer.statusCode >= 200 && answer.statusCode < 300;
      if (!isConfirmed) this.#log.warn({ router, status: answer.statusCode }, 'router refused to end what it keeps');
      return { router, isConfirmed };
    } catch (err) {
      this.#log.warn({ router, err }, 'router could not be told to end what it keeps');
      return { router, isConfirmed: false };
    }
  }
}
