import type { Logger } from 'pino';
import type { OwnTokens } from '../credentials/ownTokens.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Trace } from '../observability/trace.ts';
import { isFaultOfCaller } from '../platform/client/errors.ts';
import type { AttemptReport } from '../platform/client/retryingClient.ts';

interface Observers {
  readonly metrics: Metrics;
  /** Log of the process. */
  readonly log: Logger;
  /** Null where callers present tokens of their own. */
  readonly ownTokens: OwnTokens | null;
}

/** A request that makes attempts. */
export interface Observed {
  /** Log of the request, made on first use. */
  readonly log: Logger;
  readonly trace: Trace | null;
}

/** Counts, records and logs an attempt at a platform call. Entries of the log are made only when the log takes them. */
export function reportAttempt(attempt: AttemptReport, observers: Observers, context: Observed): void {
  const { metrics, log: shared, ownTokens } = observers;
  metrics.countAttempt(attempt);
  ownTokens?.heard(attempt);
  context.trace?.spans?.attempted(attempt);
  const { failure, leftOut } = attempt;
  const level = (failure && !isFaultOfCaller(failure)) || leftOut.length > 0 ? 'warn' : 'debug';
  if (!shared.isLevelEnabled(level)) return;
  const { log } = context;
  const { endpoint, credential, attempt: number } = attempt;
  const milliseconds = Math.round(attempt.milliseconds);
  const entry = { operation: endpoint.route, credential, attempt: number, milliseconds };
  if (failure) log[level]({ ...entry, err: failure }, 'upstream attempt failed');
  else if (leftOut.length > 0) log.warn({ ...entry, leftOut: counted(leftOut) }, 'elements of an answer were left out');
  else log.debug(entry, 'upstream attempt');
}

/** Number of elements that were left out, by reason. */
function counted(reasons: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
