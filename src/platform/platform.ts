import { type Caches, everywhere } from './client/answerCache.ts';
import { Bulkheads } from './client/bulkheads.ts';
import type { Dependencies } from './client/cacheTags.ts';
import type { Credential } from './client/credential.ts';
import { InFlightRequests } from './client/inFlight.ts';
import type { Origin } from './client/origin.ts';
import type { Pacer } from './client/pacer.ts';
import { type ReadCounter, UNCOUNTED } from './client/readCounter.ts';
import { RetryBudget } from './client/retry.ts';
import { type AttemptReport, RetryingClient } from './client/retryingClient.ts';
import { tokenScope } from './client/scopes.ts';
import { PlatformSession } from './client/session.ts';
import type { PlatformOptions, SharedState } from './client/sharedState.ts';
import { createTransport, MAX_CALLS, type Transport, TransportError } from './client/transport.ts';
import { validateToken } from './resources/tokenIntrospection.ts';

/** Platform, one per process, with its connections. */
export class Platform {
  readonly #prefix: string;
  readonly #transport: Transport;
  readonly #shared: SharedState;
  readonly #bulkheads: Bulkheads;

  constructor(
    options: PlatformOptions,
    caches: Caches,
    transport: Transport = createTransport(options.baseUrl, options),
    reads: ReadCounter = UNCOUNTED,
  ) {
    this.#prefix = options.baseUrl.pathname.replace(/(?<!\/)\/+$/, '');
    this.#transport = transport;
    const refused = async ({ fingerprint }: Credential) => {
      await everywhere(caches, (cache) => cache.forget(tokenScope(fingerprint)));
    };
    const { attemptTimeoutMs, maxCalls = MAX_CALLS, onBreaker } = options;
    const bulkheads = new Bulkheads({ attemptTimeoutMs, maxCalls, onBreaker });
    const budget = new RetryBudget();
    const client = new RetryingClient({
      prefix: this.#prefix,
      attemptTimeoutMs,
      transport,
      bulkheads,
      budget,
      refused,
    });
    const [inFlightRequests, queue] = [new InFlightRequests(), { waiting: 0 }];
    this.#shared = { options, client, inFlightRequests, reads, queue, ...caches };
    this.#bulkheads = bulkheads;
  }

  /** Calls that are under way, and those that wait for room. */
  get load(): { readonly inFlight: number; readonly waiting: number } {
    const { client, queue } = this.#shared;
    return { inFlight: client.inFlight, waiting: queue.waiting + this.#bulkheads.waiting };
  }

  /** True if calls were made with this credential. */
  knows(fingerprint: string): boolean {
    return this.#bulkheads.lanes.knows(fingerprint);
  }

  /** Starts a session: the calls made for one request to the facade. */
  session(
    report: (attempt: AttemptReport) => void,
    origin?: Origin,
    turns?: Pacer,
    dependencies?: Dependencies | null,
  ): PlatformSession {
    return new PlatformSession(this.#shared, report, origin, turns, dependencies);
  }

  /** Null if the platform answers at all, without a credential. Else the reason, which holds nothing that it said. */
  async whyUnreachable(timeoutMs: number): Promise<string | null> {
    const path = this.#prefix + validateToken.route.replace('GET ', '');
    const outcome = await this.#transport.send(
      { method: 'GET', path, headers: { 'accept-encoding': 'identity' } },
      timeoutMs,
    ).outcome;
    if (outcome instanceof TransportError) return reasonOf(outcome);
    return outcome.status < 500 ? null : `status ${outcome.status}`;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** Code of the system or the library, such as `ECONNREFUSED`, where there is one. */
function reasonOf({ reason, cause }: TransportError): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : reason;
}
