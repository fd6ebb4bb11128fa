/** Cause of an error: a party at fault, or more load than the server takes. */
export type Fault = 'caller' | 'load' | 'platform' | 'facade';

/** Every `extensions.code` of an error with its cause, in the order of the schema's `ErrorCode`. */
const FAULTS = {
  BAD_REQUEST: 'caller',
  UNAUTHENTICATED: 'caller',
  CREDENTIAL_REQUIRED: 'caller',
  FORBIDDEN: 'caller',
  BAD_USER_INPUT: 'caller',
  RATE_LIMITED: 'platform',
  QUOTA_EXCEEDED: 'caller',
  UPSTREAM_TIMEOUT: 'platform',
  UPSTREAM_UNAVAILABLE: 'platform',
  UPSTREAM_BAD_RESPONSE: 'platform',
  OUTCOME_UNKNOWN: 'platform',
  AUDIT_UNAVAILABLE: 'facade',
  STATE_UNAVAILABLE: 'facade',
  OVERLOADED: 'load',
  INTERNAL_SERVER_ERROR: 'facade',
  GRAPHQL_PARSE_FAILED: 'caller',
  GRAPHQL_VALIDATION_FAILED: 'caller',
  OPERATION_RESOLUTION_FAILURE: 'caller',
  PERSISTED_QUERY_NOT_FOUND: 'caller',
  PERSISTED_QUERY_NOT_SUPPORTED: 'caller',
  DOCUMENT_NOT_TRUSTED: 'caller',
  TOO_MANY_TOKENS: 'caller',
  QUERY_TOO_DEEP: 'caller',
  TOO_MANY_OBJECTS: 'caller',
  TOO_MANY_UPSTREAM_CALLS: 'caller',
  QUERY_TOO_LARGE: 'caller',
  TOO_MANY_LINES: 'caller',
  NAME_TOO_LONG: 'caller',
  TOO_MANY_ALIASES: 'caller',
  TOO_MANY_DIRECTIVES: 'caller',
  TOO_MANY_ROOT_FIELDS: 'caller',
  TOO_MANY_MUTATIONS: 'caller',
  TOO_MANY_SCHEMA_READS: 'caller',
  TOO_MANY_REPEATED_FIELDS: 'caller',
} as const satisfies Record<string, Fault>;

export type ErrorCode = keyof typeof FAULTS;
export const ERROR_CODES = Object.keys(FAULTS) as readonly ErrorCode[];

const WORST_FIRST: readonly Fault[] = ['facade', 'platform', 'load', 'caller'];

/** The gravest fault among some codes. Null if there are none. An unknown code is a fault of ours. */
export function worstFault(codes: readonly string[]): Fault | null {
  if (codes.length === 0) return null;
  const faults = new Set(codes.map(faultOf));
  return WORST_FIRST.find((fault) => faults.has(fault)) ?? null;
}

function faultOf(code: string): Fault {
  return Object.hasOwn(FAULTS, code) ? FAULTS[code as ErrorCode] : 'facade';
}
