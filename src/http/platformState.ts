import type { Logger } from 'pino';
import type { Platform } from '../platform/platform.ts';

const REMEMBERED_MS = 5_000;
const PROBE_TIMEOUT_MS = 2_000;

/** State of the platform, found out when somebody wants to know, and believed for a few seconds. The log hears of changes. */
export class PlatformState {
  readonly #platform: Pick<Platform, 'whyUnreachable'>;
  readonly #log: Pick<Logger, 'info' | 'warn'>;
  #probe: { readonly startedAt: number; readonly reachable: Promise<boolean> } | undefined;
  #isUp: boolean | null = null;

  constructor(platform: Pick<Platform, 'whyUnreachable'>, log: Pick<Logger, 'info' | 'warn'>) {
    this.#platform = platform;
    this.#log = log;
  }

  /** As last seen. Null until the platform was asked. */
  get isUp(): boolean | null {
    return this.#isUp;
  }

  /** True if the platform answers. */
  check(): Promise<boolean> {
    const now = performance.now();
    if (!this.#probe || now - this.#probe.startedAt > REMEMBERED_MS) {
      this.#probe = { startedAt: now, reachable: this.#ask() };
    }
    return this.#probe.reachable;
  }

  async #ask(): Promise<boolean> {
    const reason = await this.#platform.whyUnreachable(PROBE_TIMEOUT_MS);
    const isUp = reason === null;
    const message = 'the platform does not answer: requests that need it will fail';
    if (!isUp && this.#isUp !== false) this.#log.warn({ reason }, message);
    if (isUp && this.#isUp === false) this.#log.info('the platform answers again');
    this.#isUp = isUp;
    return isUp;
  }
}
