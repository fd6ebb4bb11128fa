import type { Endpoint } from './endpoint.ts';

/** Kind of a failure, in the facade's terms. `src/errors.ts` has the text that a caller sees. */
export type PlatformErrorKind =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'REJECTED'
  | 'RATE_LIMITED'
  | 'QUOTA_EXCEEDED'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'BAD_RESPONSE'
  | 'OUTCOME_UNKNOWN'
  | 'CANCELLED';

/** Origin of the error, for the log. Holds no text, URL or header of the platform. */
interface PlatformErrorOrigin {
  readonly status?: number | undefined;
  /** `errors[].id` or `error.code` of the answer. */
  readonly platformId?: number | undefined;
  /** Seconds that the platform asks to wait before the next try. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** A call of the platform that did not succeed. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly kind: PlatformErrorKind;
  /** Route template, never a URL. */
  readonly route: string;
  readonly origin: PlatformErrorOrigin;

  constructor(kind: PlatformErrorKind, endpoint: Endpoint, origin: PlatformErrorOrigin = {}) {
    super(`${endpoint.route}: ${kind}`, { cause: origin.cause });
    this.kind = kind;
    this.route = endpoint.route;
    this.origin = origin;
  }
}

/** Platform error ids (platform-api.md 3.3). An id says more than the HTTP status, which is documented as "4xx" only. */
const KIND_BY_ID = new Map<number, PlatformErrorKind>([
  ...ids('UNAUTHENTICATED', 5, 6, 21, 101, 102, 103, 112, 114, 122, 401),
  ...ids('FORBIDDEN', 7, 403),
  ...ids('NOT_FOUND', 1, 2004, 2005, 2006, 2031),
  ...ids('REJECTED', 8, 9, 11, 20, 409, 413, 422, 2000, 2001, 2002, 2003, 2007, 2009, 2029, 2032),
  ...ids('RATE_LIMITED', 151),
  ...ids('QUOTA_EXCEEDED', 152, 154),
  ...ids('TIMEOUT', 100),
  ...ids('UNAVAILABLE', 150, 153, 500),
  // "Bad endpoint" and its like: the installation does not offer what we call.
  ...ids('BAD_RESPONSE', 404, 405, 2010, 2026),
]);

const KIND_BY_STATUS = new Map<number, PlatformErrorKind>([
  [400, 'REJECTED'],
  [401, 'UNAUTHENTICATED'],
  [402, 'QUOTA_EXCEEDED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [405, 'BAD_RESPONSE'],
  [408, 'TIMEOUT'],
  [409, 'REJECTED'],
  [413, 'REJECTED'],
  [422, 'REJECTED'],
  [429, 'RATE_LIMITED'],
  [504, 'TIMEOUT'],
]);

function ids(kind: PlatformErrorKind, ...values: number[]): [number, PlatformErrorKind][] {
  return values.map((value) => [value, kind]);
}

/** The kind of a failure that the platform reported, by its id first and the HTTP status second. */
export function kindOfAnswer(endpoint: Endpoint, status: number, platformId: number | undefined): PlatformErrorKind {
  const kind = knownKind(endpoint, status, platformId);
  if (endpoint.isRead) return kind ?? (status >= 500 ? 'UNAVAILABLE' : 'BAD_RESPONSE');
  // A platform that fails, gives up or answers oddly in the middle of a write may have made it.
  const isRefusal = kind !== undefined && kind !== 'TIMEOUT' && kind !== 'UNAVAILABLE' && status < 500;
  return isRefusal ? kind : 'OUTCOME_UNKNOWN';
}

/** Undefined when the tables know neither the id nor the status. */
function knownKind(endpoint: Endpoint, status: number, platformId: number | undefined): PlatformErrorKind | undefined {
  // Ids 5 and 6 are about the token in the path, unless HTTP refuses the caller's own (platform-api.md 2.3).
  if (endpoint.hasTokenInPath && (platformId === 5 || (platformId === 6 && status !== 401))) return 'NOT_FOUND';
  const byId = platformId === undefined ? undefined : KIND_BY_ID.get(platformId);
  if (byId) return byId;
  if (status === 404 && !endpoint.isAbsentOn404) return 'BAD_RESPONSE';
  return KIND_BY_STATUS.get(status);
}

const FAULTS_OF_CALLERS = new Set<PlatformErrorKind>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'REJECTED',
  'CANCELLED',
]);

/** True if the failure is about the caller or the question, and not about the health of the platform. */
export function isFaultOfCaller({ kind }: PlatformError): boolean {
  return FAULTS_OF_CALLERS.has(kind);
}

const RETRIED_STATUSES = new Set([429, 502, 503]);
const RETRIED_IDS = new Set([151, 153]);

/** True if a read that failed like this may succeed at once. After a timeout, the platform may still be at work on the first. */
export function isTransient({ kind, origin }: PlatformError): boolean {
  if (kind === 'CANCELLED' || kind === 'OUTCOME_UNKNOWN' || kind === 'QUOTA_EXCEEDED' || kind === 'TIMEOUT')
    return false;
  if (origin.platformId !== undefined && RETRIED_IDS.has(origin.platformId)) return true;
  if (origin.status !== undefined) return RETRIED_STATUSES.has(origin.status);
  return kind === 'UNAVAILABLE';
}

/** "Bad endpoint". */
const BAD_ENDPOINT = 404;

/**
 * True if an object in the path may be absent. A limit and a member have no error id of their own: "bad endpoint" is what is left
 * (platform-api.md 3.3).
 */
export function isAbsentInPath({ kind, origin }: PlatformError): boolean {
  return kind === 'NOT_FOUND' || origin.platformId === BAD_ENDPOINT;
}

/** Null for what the platform does not have. */
export function absentAsNull<T>(found: Promise<T>): Promise<T | null> {
  return found.then(undefined, nullIfAbsent);
}

function nullIfAbsent(error: unknown): null {
  if (error instanceof PlatformError && error.kind === 'NOT_FOUND') return null;
  throw error;
}
