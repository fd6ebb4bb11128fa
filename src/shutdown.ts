import { constants } from 'node:os';
import type { Logger } from 'pino';

/** Time within which a repeated signal is the same: npm forwards what the terminal sent to both. Milliseconds. */
const SAME_SIGNAL_MS = 100;

interface Shutdown {
  readonly log: Logger;
  /** Ends the work. Resolves when nothing is under way. */
  readonly stop: () => Promise<void>;
  /** Hands the last lines of the log to the system. */
  readonly flush: () => Promise<void>;
  /** After this long the process ends whatever `stop` does. Milliseconds. */
  readonly limitMs: number;
}

/** Ends the process in order on SIGTERM and SIGINT. A second signal ends it at once. */
export function endOnSignal({ log, stop, flush, limitMs }: Shutdown): void {
  let since: number | undefined;
  const end = async (message: string, failure?: unknown) => {
    if (failure === undefined) log.info(message);
    else log.error({ err: failure }, message);
    await flush();
    // Handles that are still open, such as a dead connection, do not keep the process.
    process.exit(failure === undefined ? 0 : 1);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (since !== undefined) {
      if (performance.now() - since > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal]);
      return;
    }
    since = performance.now();
    log.info({ signal }, 'draining');
    setTimeout(() => end('could not stop in time', new Error('the time to stop is over')), limitMs).unref();
    stop().then(
      () => end('stopped'),
      (error: unknown) => end('could not stop cleanly', error),
    );
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}
