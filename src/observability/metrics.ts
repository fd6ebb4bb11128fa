import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { RefusalReason } from '../access/refusal.ts';
import type { ReadCounter } from '../platform/client/readCounter.ts';
import type { AttemptReport } from '../platform/client/retryingClient.ts';
import { ERROR_CODES } from '../values/errorCodes.ts';
import { worstFault } from '../values/faults.ts';
import type { AuditOutcome } from './auditEntry.ts';
import { addGauges, type ProcessState } from './gauges.ts';
import { Histogram } from './histogram.ts';
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

/** From a quick answer on loopback to the longest deadline, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];
/** Fewer, since there is a series for each name of an operation. */
const OPERATION_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Codes of what was refused for its size or its plan, and not for what it asks. */
const LIMITS: ReadonlySet<string> = new Set(
  ERROR_CODES.filter((code) => /^(TOO_MANY|QUERY_TOO|NAME_TOO|DOCUMENT_NOT)_/.test(code)),
);

/** `operations`: names of operations that are told apart. */
export function createMetrics(operationNames: readonly string[] = []): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram(
    {
      name: 'geai_graph_http_request_duration_seconds',
      help: 'Time from a request to its answer.',
      labelNames: ['route', 'status'],
      bounds: BUCKETS,
    },
    registry,
  );
  const operations = new Counter({
    name: 'geai_graph_operations_total',
    help: 'GraphQL operations executed.',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const errors = new Counter({
    name: 'geai_graph_errors_total',
    help: 'Errors sent to callers.',
    labelNames: ['code'],
    registers,
  });
  const compiledAnswers = new Counter({
    name: 'geai_graph_compiled_answers_total',
    help: 'Queries answered by compiled code, without Apollo Server.',
    registers,
  });
  const fallbacks = new Counter({
    name: 'geai_graph_compiled_fallbacks_total',
    help: 'Requests that were left to Apollo Server, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const mutationsWithoutCredential = new Counter({
    name: 'geai_graph_mutations_without_credential_total',
    help: 'Mutations of callers without an accepted credential.',
    labelNames: ['code'],
    registers,
  });
  const refusedCallers = new Counter({
    name: 'geai_graph_refused_callers_total',
    help: 'Requests whose token of the company is refused, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const attempts = new Histogram(
    {
      name: 'geai_graph_upstream_attempt_duration_seconds',
      help: 'Time of one attempt at a platform operation.',
      labelNames: ['operation', 'credential', 'outcome'],
      bounds: BUCKETS,
    },
    registry,
  );
  const leftOut = new Counter({
    name: 'geai_graph_upstream_unreadable_elements_total',
    help: 'Elements of platform answers that could not be decoded and were left out.',
    labelNames: ['operation'],
    registers,
  });
  const operationTimes = new Histogram(
    {
      name: 'geai_graph_operation_duration_seconds',
      help: 'Time of an operation by its name. The outcome says whose fault a failure is.',
      labelNames: ['operation', 'outcome'],
      bounds: OPERATION_BUCKETS,
    },
    registry,
  );
  const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Counter({ name: `geai_graph_${name}`, help, labelNames, registers });
  const refusals = counter('operations_refused_total', 'Operations refused by a limit or their plan.', ['code']);
  const reads = counter('upstream_reads_total', 'Reads that may be shared, by source.', ['operation', 'source']);
  const withheld = counter('upstream_withheld_total', 'Platform calls that were not sent, by the reason.', [
    'operation',
    'reason',
  ]);
  const retries = counter('upstream_retries_total', 'Platform calls that were sent again.', ['operation']);
  const mutations = counter('mutations_total', 'Mutations of known callers.', ['action', 'outcome']);
  const auditFailures = counter('audit_failures_total', 'Lines of the audit log that could not be written.');
  const unproven = counter(
    'requests_without_router_proof_total',
    'Requests refused for lack of the proof of the router.',
  );
  const shed = counter('requests_shed_total', 'Requests that were not begun, since the server had too much to do.');
  const readsOf = remembered((operation: string, source: string) => reads.labels({ operation, source }));
  const names = new OperationNames(operationNames);
  const timesOf = remembered((operation: string, outcome: string) => operationTimes.addSeries({ operation, outcome }));
  const requestsOf = remembered((route: string, status: number) => requests.addSeries({ route, status }));
  const operationsOf = remembered((type: string, outcome: string) => operations.labels({ type, outcome }));
  const fallbacksOf = remembered((reason: FallbackReason) => fallbacks.labels({ reason }));
  // So that each series is there from the start: Prometheus sees no increase in one that appears.
  for (const reason of FALLBACK_REASONS) fallbacksOf(reason).inc(0);
  const attemptsOf = remembered((operation: string, credential: string, outcome: string) =>
    attempts.addSeries({ operation, credential, outcome }),
  );
  return {
    countRequest: (route, status, milliseconds) => requestsOf(route, status).observe(milliseconds / 1000),
    countOperation: (type, errorCodes) => {
      operationsOf(type, errorCodes ? 'error' : 'success').inc();
      for (const code of errorCodes ?? []) errors.inc({ code });
    },
    countCompiledAnswer: () => compiledAnswers.inc(),
    countFallback: (reason) => fallbacksOf(reason).inc(),
    observeOperation: (facts, milliseconds) => {
      timesOf(names.labelOf(facts), worstFault(facts.codes) ?? 'success').observe(milliseconds / 1000);
      for (const code of facts.codes) if (LIMITS.has(code)) refusals.inc({ code });
    },
    reads: {
      count: ({ route }, source) => readsOf(route, source).inc(),
      countWithheld: ({ route: operation }, reason) => withheld.inc({ operation, reason }),
    },
    countMutation: (action, outcome) => mutations.inc({ action, outcome }),
    countAuditFailure: () => auditFailures.inc(),
    countUnproven: () => unproven.inc(),
    countShed: () => shed.inc(),
    watch: (state) => addGauges(registry, state),
    countAttempt: ({ endpoint: { route }, credential, attempt, failure, milliseconds, leftOut: elements }) => {
      if (attempt > 1) retries.inc({ operation: route });
      attemptsOf(route, credential, failure?.kind ?? 'OK').observe(milliseconds / 1000);
      if (elements.length > 0) leftOut.inc({ operation: route }, elements.length);
    },
    countRefusedCaller: (reason) => refusedCallers.inc({ reason }),
    countMutationWithoutCredential: (code) => mutationsWithoutCredential.inc({ code }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    registry,
  };
}
