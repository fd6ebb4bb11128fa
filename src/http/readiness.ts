import type { JwtVerifier } from '../access/jwtVerifier.ts';
import type { Unready } from './heartbeat.ts';
import type { PlatformState } from './platformState.ts';

/** Readiness: the server is not shutting down, tokens of callers can be verified, and by setting, the platform answers. */
export class Readiness {
  readonly #platform: PlatformState;
  readonly #followsPlatform: boolean;
  readonly #verifier: Pick<JwtVerifier, 'isReady'> | null;
  #isDraining = false;

  /**
   * Without `followsPlatform`, an unreachable platform is no reason to be taken out of service: all replicas would go at once, and with
   * them what needs no platform. `verifier` is null where callers bring no token of the company.
   */
  constructor(platform: PlatformState, followsPlatform: boolean, verifier: Pick<JwtVerifier, 'isReady'> | null = null) {
    this.#platform = platform;
    this.#followsPlatform = followsPlatform;
    this.#verifier = verifier;
  }

  /** From now on not ready: whoever routes requests here should stop. */
  drain(): void {
    this.#isDraining = true;
  }

  async check(): Promise<{ readonly ready: boolean; readonly reason?: Unready }> {
    if (this.#isDraining) return { ready: false, reason: 'shutting down' };
    if (this.#verifier && !(await this.#verifier.isReady())) {
      return { ready: false, reason: "the issuer's keys are not known" };
    }
    const answers = this.#platform.check();
    if (!this.#followsPlatform || (await answers)) return { ready: true };
    return { ready: false, reason: 'the platform does not answer' };
  }
}
