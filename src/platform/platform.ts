import { type AttemptReport, type PlatformOptions, PlatformSession } from './client.ts';
import { operations } from './operations.ts';
import { RetryBudgets } from './retry.ts';
import { createTransport, type Transport } from './transport.ts';

/** The platform. One per process: it owns the connections. */
export class Platform {
  readonly #options: PlatformOptions;
  readonly #transport: Transport;
  readonly #budgets = new RetryBudgets();

  constructor(options: PlatformOptions, transport: Transport = createTransport(options.baseUrl)) {
    this.#options = options;
    this.#transport = transport;
  }

  /** Starts a session: the calls made for one request to the facade. */
  session(report: (attempt: AttemptReport) => void): PlatformSession {
    return new PlatformSession(this.#options, this.#transport, this.#budgets, report);
  }

  /** Whether the platform answers at all, found without a credential. */
  async isReachable(timeoutMs: number): Promise<boolean> {
    const path = `${this.#options.baseUrl.pathname.replace(/\/$/, '')}${operations.validateToken.template}`;
    try {
      const { status } = await this.#transport.send({ method: 'GET', path, headers: {} }, timeoutMs).answer;
      return status < 500;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
