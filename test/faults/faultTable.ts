import type { Fault } from '../../emulator/emulator.ts';

type WithoutRoute<T> = T extends unknown ? Omit<T, 'route'> : never;

/** A misbehaviour of the platform, wherever it strikes. */
export type Disruption = WithoutRoute<Fault>;

export interface Expected {
  readonly code: string;
  readonly retryable: boolean;
  /** Seconds to wait, as the error says. */
  readonly retryAfter?: number;
}

export interface FaultCase {
  readonly name: string;
  readonly fault: Disruption;
  readonly read: Expected & { readonly attempts: 1 | 3 };
  readonly write: Expected;
  /** Whether the platform carries out a write although its answer does not arrive. Null when that depends on when one looks. */
  readonly applies: boolean | null;
}

/** What callers see: design.md 8. A write may have been carried out whenever no clear refusal came back. */
const TIMEOUT = { code: 'UPSTREAM_TIMEOUT', retryable: true };
const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE', retryable: true };
const BAD_RESPONSE = { code: 'UPSTREAM_BAD_RESPONSE', retryable: false };
const RATE_LIMITED = { code: 'RATE_LIMITED', retryable: true };
const QUOTA_EXCEEDED = { code: 'QUOTA_EXCEEDED', retryable: false };
const UNAUTHENTICATED = { code: 'UNAUTHENTICATED', retryable: false };
const FORBIDDEN = { code: 'FORBIDDEN', retryable: false };
const OUTCOME_UNKNOWN = { code: 'OUTCOME_UNKNOWN', retryable: false };

/** Short enough for a test to wait for, long enough on a busy machine for the calls that are not disturbed. */
const SHORT_TIMEOUT_MS = 2_000;

/** Environment of a facade that meets the fault: it gives up soon on what never answers, and on nothing else. */
export function patienceWith({ kind }: Disruption): Record<string, string> {
  return kind === 'hang' || kind === 'latency' ? { UPSTREAM_TIMEOUT_MS: String(SHORT_TIMEOUT_MS) } : {};
}

/** The same for writes. What was carried out is found as soon as it is looked for, however busy the machine is. */
export function patienceWithWrite({ fault, applies }: Pick<FaultCase, 'fault' | 'applies'>): Record<string, string> {
  return applies === true ? { VERIFY_TIMEOUT_MS: '20000' } : patienceWith(fault);
}

/** Longer than every deadline. */
const ONE_HOUR = '3600';
const waiting = (expected: Expected): Expected => ({ ...expected, retryAfter: Number(ONE_HOUR) });

function row(
  name: string,
  fault: Disruption,
  read: Expected,
  attempts: 1 | 3,
  write: Expected,
  applies: boolean | null = false,
): FaultCase {
  return { name, fault, read: { ...read, attempts }, write, applies };
}

function status(value: number, more: { retryAfter?: string; id?: number } = {}): Disruption {
  return { kind: 'status', status: value, ...more };
}

/** Every fault of the emulator: what reads and writes that meet it come to, and how often a read is sent. */
export const FAULTS: readonly FaultCase[] = [
  row('status 500', status(500), UNAVAILABLE, 1, OUTCOME_UNKNOWN),
  row('status 502', status(502), UNAVAILABLE, 3, OUTCOME_UNKNOWN),
  row('status 503', status(503), UNAVAILABLE, 3, OUTCOME_UNKNOWN),
  row('status 504', status(504), TIMEOUT, 1, OUTCOME_UNKNOWN),
  row('status 429', status(429), RATE_LIMITED, 3, RATE_LIMITED),
  row('status 503 to come back at once', status(503, { retryAfter: '0' }), UNAVAILABLE, 3, OUTCOME_UNKNOWN),
  row('status 429 to come back at once', status(429, { retryAfter: '0' }), RATE_LIMITED, 3, RATE_LIMITED),
  row('status 503 to wait an hour', status(503, { retryAfter: ONE_HOUR }), waiting(UNAVAILABLE), 1, OUTCOME_UNKNOWN),
  row(
    'status 429 to wait an hour',
    status(429, { retryAfter: ONE_HOUR }),
    waiting(RATE_LIMITED),
    1,
    waiting(RATE_LIMITED),
  ),
  row('a Retry-After that says nothing', status(503, { retryAfter: 'soon' }), UNAVAILABLE, 3, OUTCOME_UNKNOWN),
  row('id 100, provider timeout', status(504, { id: 100 }), TIMEOUT, 1, OUTCOME_UNKNOWN),
  row('id 150, provider error', status(502, { id: 150 }), UNAVAILABLE, 3, OUTCOME_UNKNOWN),
  row('id 151, provider rate limit', status(429, { id: 151 }), RATE_LIMITED, 3, RATE_LIMITED),
  row('id 152, provider quota', status(429, { id: 152 }), QUOTA_EXCEEDED, 1, QUOTA_EXCEEDED),
  row('id 153, provider over capacity', status(503, { id: 153 }), UNAVAILABLE, 3, OUTCOME_UNKNOWN),
  row('id 154, usage limit', status(429, { id: 154 }), QUOTA_EXCEEDED, 1, QUOTA_EXCEEDED),
  row('id 6, token blocked', status(401, { id: 6 }), UNAUTHENTICATED, 1, UNAUTHENTICATED),
  row('id 7, out of scope', status(403, { id: 7 }), FORBIDDEN, 1, FORBIDDEN),
  row('id 500, internal error', status(500, { id: 500 }), UNAVAILABLE, 1, OUTCOME_UNKNOWN),
  row('a dropped connection', { kind: 'drop' }, UNAVAILABLE, 3, OUTCOME_UNKNOWN),
  row('an answer that is not JSON', { kind: 'invalidJson' }, BAD_RESPONSE, 1, OUTCOME_UNKNOWN),
  row('an error under status 200', { kind: 'errorWith200' }, BAD_RESPONSE, 1, OUTCOME_UNKNOWN),
  row('a scope error under status 200', { kind: 'errorWith200', code: 7 }, FORBIDDEN, 1, FORBIDDEN),
  row('no answer', { kind: 'hang' }, TIMEOUT, 1, OUTCOME_UNKNOWN),
  row('a lost answer', { kind: 'loseAnswer' }, UNAVAILABLE, 3, OUTCOME_UNKNOWN, true),
  row('a truncated answer', { kind: 'truncate' }, UNAVAILABLE, 3, OUTCOME_UNKNOWN, true),
  row(
    'a write that was made and answered 302',
    { kind: 'answer', applied: true, status: 302, body: 'gateway' },
    BAD_RESPONSE,
    1,
    OUTCOME_UNKNOWN,
    true,
  ),
  row(
    'a write that was made and answered 418',
    { kind: 'answer', applied: true, status: 418, body: 'gateway' },
    BAD_RESPONSE,
    1,
    OUTCOME_UNKNOWN,
    true,
  ),
  row('an answer in an unknown coding', { kind: 'encode', label: 'x-odd' }, BAD_RESPONSE, 1, OUTCOME_UNKNOWN, true),
  row('a late answer', { kind: 'latency', ms: 60_000 }, TIMEOUT, 1, OUTCOME_UNKNOWN, null),
];

/** The faults whose answer holds an error id, as installations send it that answer 400 to every 4xx and 5xx. */
export const IDS_UNDER_STATUS_400 = FAULTS.flatMap((each) => {
  const { fault } = each;
  if (fault.kind !== 'status' || fault.id === undefined || fault.id === 6) return [];
  return [{ ...each, name: `${each.name}, under status 400`, fault: { ...fault, status: 400 } }];
});

/** One fault of each kind and each outcome, where the handling of the rest does not differ. */
export const REPRESENTATIVES = [
  ...new Map(FAULTS.map((each) => [`${each.fault.kind} ${each.read.code} ${each.write.code}`, each])).values(),
];
