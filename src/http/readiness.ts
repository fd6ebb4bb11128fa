import type { JwtVerifier } from '../access/jwtVerifier.ts';
import type { Platform } from '../platform/platform.ts';

const REMEMBERED_MS = 5_000;
const PROBE_TIMEOUT_MS = 2_000;

/** Readiness: the server is not shutting down, tokens of callers can be verified, and the platform answers. Cached briefly. */
export class Readiness {
  readonly #platform: Platform;
  readonly #verifier: Pick<JwtVerifier, 'isReady'> | null;
  #isDraining = false;
  #probe: { readonly startedAt: number; readonly reachable: Promise<boolean> } | undefined;

  /** `verifier` is null where callers bring no token of the company. */
  constructor(platform: Platform, verifier: Pick<JwtVerifier, 'isReady'> | null = null) {
    this.#platform = platform;
    this.#verifier = verifier;
  }

  /** From now on not ready: whoever routes requests here should stop. */
  drain(): void {
    this.#isDraining = true;
  }

  async check(): Promise<{ readonly ready: boolean; readonly reason?: string }> {
    if (this.#isDraining) return { ready: false, reason: 'shutting down' };
    if (this.#verifier && !(await this.#verifier.isReady())) {
      return { ready: false, reason: "the issuer's keys are not known" };
    }
    if (await this.#isPlatformReachable()) return { ready: true };
    return { ready: false, reason: 'the platform does not answer' };
  }

  #isPlatformReachable(): Promise<boolean> {
    const now = performance.now();
    if (!this.#probe || now - this.#probe.startedAt > REMEMBERED_MS) {
      this.#probe = { startedAt: now, reachable: this.#platform.isReachable(PROBE_TIMEOUT_MS) };
    }
    return this.#probe.reachable;
  }
}
