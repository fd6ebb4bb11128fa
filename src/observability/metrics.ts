import { collectDefaultMetrics, Registry } from 'prom-client';
import type { RefusalReason } from '../access/refusal.ts';
import type { ReadCounter } from '../platform/client/readCounter.ts';
import type { AttemptReport } from '../platform/client/retryingClient.ts';
import { ERROR_CODES, worstFault } from '../values/errorCodes.ts';
import type { AuditOutcome } from './auditEntry.ts';
import { addGauges, type ProcessState } from './gauges.ts';
import { registerMetrics } from './metricTable.ts';
import type { OperationFacts } from './operationFacts.ts';
import { OperationNames } from './operationNames.ts';
import { remembered } from './series.ts';

/** Metrics of the process, for Prometheus. Labels have few values: of what callers choose, some names of operations alone. */
export interface Metrics {
  countRequest(route: string, status: number, milliseconds: number): void;
  /** `errorCodes`: null for an answer without errors. */
  countOperation(type: string, errorCodes: readonly string[] | null): void;
  /** Takes the time of an operation, and counts what refused it. */
  observeOperation(facts: OperationFacts, milliseconds: number): void;
  /** Counts a query that compiled code has answered, without Apollo Server, as an operation too. */
  countCompiledAnswer(): void;
  /** Counts a request that the fast path has left to Apollo Server. */
  countFallback(reason: FallbackReason): void;
  countAttempt(attempt: AttemptReport): void;
  /** Counts a request whose token of the company is refused. */
  countRefusedCaller(reason: RefusalReason): void;
  /** Counts a request without the proof that it came through the router. */
  countUnproven(): void;
  /** Counts a request that was shed. */
  countShed(): void;
  /** Counts reads that may be shared, by the origin of their answers, and calls that were not sent. */
  readonly reads: ReadCounter;
  /** Counts a mutation of a known caller, dry runs included. */
  countMutation(action: string, outcome: AuditOutcome): void;
  /** Counts a line of the audit log that could not be written. */
  countAuditFailure(): void;
  /** Adds the gauges of the state of the process. */
  watch(state: () => ProcessState): void;
  /** Counts a mutation of a caller without an accepted credential, which leaves no audit event. */
  countMutationWithoutCredential(errorCode: string): void;
  /** The exposition text. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Registry, for metrics that other parts of the process add. */
  readonly registry: Registry;
}

/**
 * Reasons why a request was left to Apollo Server. `form`: not a plain POST of one query. `accept`: no type that the fast
 * path can tell. `uncompiled`: not a query that came often. `refused`: by a step, such as over the budget. `errors`: the
 * answer has errors. Two are faults of ours: compiled code `threw`, or is `mistaken` if Apollo Server then gave no errors.
 */
export const FALLBACK_REASONS = ['form', 'accept', 'uncompiled', 'refused', 'errors', 'threw', 'mistaken'] as const;
export type FallbackReason = (typeof FALLBACK_REASONS)[number];

/** Codes of what was refused for its size or its plan, and not for what it asks. */
const LIMITS: ReadonlySet<string> = new Set(
  ERROR_CODES.filter((code) => /^(TOO_MANY|QUERY_TOO|NAME_TOO|DOCUMENT_NOT)_/.test(code)),
);

/** `operations`: names of operations that are told apart. */
export function createMetrics(operationNames: readonly string[] = []): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = registerMetrics(registry);
  const readsOf = remembered((operation: string, source: string) => metrics.reads.labels({ operation, source }));
  const names = new OperationNames(operationNames);
  const timesOf = remembered((operation: string, outcome: string) =>
    metrics.operationTimes.addSeries({ operation, outcome }),
  );
  const requestsOf = remembered((route: string, status: number) => metrics.requests.addSeries({ route, status }));
  const operationsOf = remembered((type: string, outcome: string) => metrics.operations.labels({ type, outcome }));
  const fallbacksOf = remembered((reason: FallbackReason) => metrics.fallbacks.labels({ reason }));
  // So that each series is there from the start: Prometheus sees no increase in one that appears.
  for (const reason of FALLBACK_REASONS) fallbacksOf(reason).inc(0);
  const attemptsOf = remembered((operation: string, credential: string, outcome: string) =>
    metrics.attempts.addSeries({ operation, credential, outcome }),
  );
  return {
    countRequest: (route, status, milliseconds) => requestsOf(route, status).observe(milliseconds / 1000),
    countOperation: (type, errorCodes) => {
      operationsOf(type, errorCodes ? 'error' : 'success').inc();
      for (const code of errorCodes ?? []) metrics.errors.inc({ code });
    },
    countCompiledAnswer: () => metrics.compiledAnswers.inc(),
    countFallback: (reason) => fallbacksOf(reason).inc(),
    observeOperation: (facts, milliseconds) => {
      timesOf(names.labelOf(facts), worstFault(facts.codes) ?? 'success').observe(milliseconds / 1000);
      for (const code of facts.codes) if (LIMITS.has(code)) metrics.refusals.inc({ code });
    },
    reads: {
      count: ({ route }, source) => readsOf(route, source).inc(),
      countWithheld: ({ route: operation }, reason) => metrics.withheld.inc({ operation, reason }),
    },
    countMutation: (action, outcome) => metrics.mutations.inc({ action, outcome }),
    countAuditFailure: () => metrics.auditFailures.inc(),
    countUnproven: () => metrics.unproven.inc(),
    countShed: () => metrics.shed.inc(),
    watch: (state) => addGauges(registry, state),
    countAttempt: ({ endpoint: { route }, credential, attempt, failure, milliseconds, leftOut: elements }) => {
      if (attempt > 1) metrics.retries.inc({ operation: route });
      attemptsOf(route, credential, failure?.kind ?? 'OK').observe(milliseconds / 1000);
      if (elements.length > 0) metrics.leftOut.inc({ operation: route }, elements.length);
    },
    countRefusedCaller: (reason) => metrics.refusedCallers.inc({ reason }),
    countMutationWithoutCredential: (code) => metrics.mutationsWithoutCredential.inc({ code }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    registry,
  };
}
