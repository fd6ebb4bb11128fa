import { type Caches, everywhere } from './client/answerCache.ts';
import type { Credential } from './client/credential.ts';
import { InFlightRequests } from './client/inFlight.ts';
import type { Origin } from './client/origin.ts';
import { type ReadCounter, UNCOUNTED } from './client/readCounter.ts';
import { RetryBudgets } from './client/retry.ts';
import { RetryingClient } from './client/retryingClient.ts';
import { tokenScope } from './client/scopes.ts';
import { type AttemptReport, type PlatformOptions, PlatformSession, type Shared } from './client/session.ts';
import { createTransport, type Transport, TransportError } from './client/transport.ts';
import { validateToken } from './resources/tokenIntrospection.ts';

/** Platform, one per process, with its connections. */
export class Platform {
  readonly #prefix: string;
  readonly #transport: Transport;
  readonly #shared: Shared;

  constructor(
    options: PlatformOptions,
    caches: Caches,
    transport: Transport = createTransport(options.baseUrl),
    reads: ReadCounter = UNCOUNTED,
  ) {
    this.#prefix = options.baseUrl.pathname.replace(/\/+$/, '');
    this.#transport = transport;
    const refused = async ({ fingerprint }: Credential) => {
      await everywhere(caches, (cache) => cache.forget(tokenScope(fingerprint)));
    };
    const client = new RetryingClient(this.#prefix, options.attemptTimeoutMs, transport, new RetryBudgets(), refused);
    const [inFlightRequests, queue] = [new InFlightRequests(), { waiting: 0 }];
    this.#shared = { options, client, inFlightRequests, reads, queue, ...caches };
  }

  /** Calls that are under way, and those that wait for room in their request. */
  get load(): { readonly inFlight: number; readonly waiting: number } {
    return { inFlight: this.#shared.client.inFlight, waiting: this.#shared.queue.waiting };
  }

  /** Starts a session: the calls made for one request to the facade. */
  session(report: (attempt: AttemptReport) => void, origin?: Origin): PlatformSession {
    return new PlatformSession(this.#shared, report, origin);
  }

  /** True if the platform answers at all, without a credential. */
  async isReachable(timeoutMs: number): Promise<boolean> {
    const path = this.#prefix + validateToken.route.replace('GET ', '');
    const outcome = await this.#transport.send(
      { method: 'GET', path, headers: { 'accept-encoding': 'identity' } },
      timeoutMs,
    ).outcome;
    return !(outcome instanceof TransportError) && outcome.status < 500;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
