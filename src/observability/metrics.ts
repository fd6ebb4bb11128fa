import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { RefusalReason } from '../access/refusal.ts';
import type { AttemptReport } from '../platform/client/session.ts';
import { Histogram } from './histogram.ts';

/** Metrics of the process, for Prometheus. No label holds an id, a name or anything else that callers choose. */
export interface Metrics {
  countRequest(route: string, status: number, milliseconds: number): void;
  /** `errorCodes`: null for an answer without errors. */
  countOperation(type: string, errorCodes: readonly string[] | null): void;
  /** Counts a query that compiled code has answered, without Apollo Server, as an operation too. */
  countCompiledAnswer(): void;
  /** Counts a request that the fast path has left to Apollo Server. */
  countFallback(reason: FallbackReason): void;
  countAttempt(attempt: AttemptReport): void;
  /** Counts a request whose token of the company is refused. */
  countRefusedCaller(reason: RefusalReason): void;
  /** Counts a mutation of a caller without an accepted credential, which leaves no audit event. */
  countMutationWithoutCredential(errorCode: string): void;
  /** The exposition text. */
  text(): Promise<string>;
  readonly contentType: string;
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

export function createMetrics(): Metrics {
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
    countAttempt: ({ endpoint: { route }, credential, failure, milliseconds, leftOut: elements }) => {
      attemptsOf(route, credential, failure?.kind ?? 'OK').observe(milliseconds / 1000);
      if (elements.length > 0) leftOut.inc({ operation: route }, elements.length);
    },
    countRefusedCaller: (reason) => refusedCallers.inc({ reason }),
    countMutationWithoutCredential: (code) => mutationsWithoutCredential.inc({ code }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Finds the series of some label values, a step for each label: no text is joined for a value. */
function remembered<Labels extends (string | number)[], Series>(make: (...labels: Labels) => Series) {
  const known: Step<Series> = { next: new Map() };
  return (...labels: Labels): Series => {
    let step = known;
    for (const label of labels) step = below(step, label);
    step.series ??= make(...labels);
    return step.series;
  };
}

function below<Series>({ next }: Step<Series>, label: string | number): Step<Series> {
  const known = next.get(label);
  if (known) return known;
  const made: Step<Series> = { next: new Map() };
  next.set(label, made);
  return made;
}

interface Step<Series> {
  readonly next: Map<string | number, Step<Series>>;
  series?: Series;
}
