import type { Logger } from 'pino';
import type { AttemptReport } from '../platform/client/retryingClient.ts';
import type { PresentedToken } from './presented.ts';

/**
 * Watches whether the platform takes the facade's own tokens. The log hears of changes: callers can only be told to notify the
 * operator.
 */
export class OwnTokens {
  readonly #hints: ReadonlyMap<string, string>;
  readonly #refused = new Set<string>();
  readonly #log: Pick<Logger, 'info' | 'warn'>;

  constructor(tokens: readonly PresentedToken[], log: Pick<Logger, 'info' | 'warn'>) {
    this.#hints = new Map(tokens.map(({ fingerprint = '', secret }) => [fingerprint, secret.hint]));
    this.#log = log;
  }

  /** Number of tokens that the platform refused when it was last asked. */
  get refused(): number {
    return this.#refused.size;
  }

  /** Hears of an attempt. Only the identification of a token says that it is refused, and not that a call takes another. */
  heard({ endpoint, fingerprint, failure }: AttemptReport): void {
    const token = endpoint.family === 'identity' ? this.#hints.get(fingerprint) : undefined;
    if (token === undefined) return;
    if (failure === null) {
      if (this.#refused.delete(fingerprint))
        this.#log.info({ token }, 'the platform takes a token of GEAI_TOKENS again');
    } else if (failure.kind === 'UNAUTHENTICATED' && !this.#refused.has(fingerprint)) {
      this.#refused.add(fingerprint);
      this.#log.warn(
        { token },
        'the platform refuses a token of GEAI_TOKENS: it is unknown, blocked, revoked or expired',
      );
    }
  }
}
