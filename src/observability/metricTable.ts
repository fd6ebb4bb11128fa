import { Counter, type Registry } from 'prom-client';
import { Histogram } from './histogram.ts';

/** Name without its prefix, help, and labels. */
type Row = readonly [name: string, help: string, labelNames: readonly string[]];

const COUNTERS = {
  operations: ['operations_total', 'GraphQL operations executed.', ['type', 'outcome']],
  errors: ['errors_total', 'Errors sent to callers.', ['code']],
  refusals: ['operations_refused_total', 'Operations refused by a limit or their plan.', ['code']],
  compiledAnswers: ['compiled_answers_total', 'Queries answered by compiled code, without Apollo Server.', []],
  fallbacks: ['compiled_fallbacks_total', 'Requests that were left to Apollo Server, by reason.', ['reason']],
  refusedCallers: ['refused_callers_total', 'Requests whose token of the company is refused, by reason.', ['reason']],
  unproven: ['requests_without_router_proof_total', 'Requests refused for lack of the proof of the router.', []],
  shed: ['requests_shed_total', 'Requests that were not begun, since the server had too much to do.', []],
  mutations: ['mutations_total', 'Mutations of known callers.', ['action', 'outcome']],
  mutationsWithoutCredential: [
    'mutations_without_credential_total',
    'Mutations of callers without an accepted credential.',
    ['code'],
  ],
  auditFailures: ['audit_failures_total', 'Lines of the audit log that could not be written.', []],
  reads: ['upstream_reads_total', 'Reads that may be shared, by source.', ['operation', 'source']],
  withheld: ['upstream_withheld_total', 'Platform calls that were not sent, by the reason.', ['operation', 'reason']],
  retries: ['upstream_retries_total', 'Platform calls that were sent again.', ['operation']],
  leftOut: [
    'upstream_unreadable_elements_total',
    'Elements of platform answers that could not be decoded and were left out.',
    ['operation'],
  ],
} as const satisfies Record<string, Row>;

/** From a quick answer on loopback to the longest deadline, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];
/** Fewer, since there is a series for each name of an operation. */
const OPERATION_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

const HISTOGRAMS = {
  requests: ['http_request_duration_seconds', 'Time from a request to its answer.', ['route', 'status'], BUCKETS],
  attempts: [
    'upstream_attempt_duration_seconds',
    'Time of one attempt at a platform operation.',
    ['operation', 'credential', 'outcome'],
    BUCKETS,
  ],
  operationTimes: [
    'operation_duration_seconds',
    'Time of an operation by its name. The outcome says whose fault a failure is.',
    ['operation', 'outcome'],
    OPERATION_BUCKETS,
  ],
} as const satisfies Record<string, readonly [...Row, bounds: readonly number[]]>;

type Counters = { readonly [Name in keyof typeof COUNTERS]: Counter<(typeof COUNTERS)[Name][2][number]> };
type Histograms = { readonly [Name in keyof typeof HISTOGRAMS]: Histogram<(typeof HISTOGRAMS)[Name][2][number]> };

/** Registers the counters and histograms of the process. */
export function registerMetrics(registry: Registry): Counters & Histograms {
  const registers = [registry];
  const counters = Object.entries(COUNTERS).map(([key, [name, help, labelNames]]) => {
    return [key, new Counter({ name: prefixed(name), help, labelNames, registers })];
  });
  const histograms = Object.entries(HISTOGRAMS).map(([key, [name, help, labelNames, bounds]]) => {
    return [key, new Histogram({ name: prefixed(name), help, labelNames, bounds }, registry)];
  });
  return Object.fromEntries([...counters, ...histograms]);
}

function prefixed(name: string): string {
  return `geai_graph_${name}`;
}
