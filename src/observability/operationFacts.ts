import type { ClientName } from './clientName.ts';
import type { Attributes } from './spans.ts';
import { textMember } from './writtenMembers.ts';

/** Error of an operation, without its message. */
export interface ErrorPlace {
  readonly code: string;
  /** Names of the answer, joined by dots. Null if the whole operation failed. */
  readonly path: string | null;
}

/** Facts about an operation for log, metrics and spans. Bounded, whatever was sent. */
export interface OperationFacts {
  /** `query`, `mutation`, or `unknown` for what is no operation. */
  readonly type: string;
  readonly name: string | null;
  /** SHA-256 of the document. Null if it has a name, or was not read. */
  readonly documentHash: string | null;
  /** True if compiled code answered. */
  readonly isFast: boolean;
  readonly client: ClientName | null;
  /** Subject of the company's token, or keyed hash of the first platform token. Null if neither is known. */
  readonly caller: string | null;
  /** Reason why the company's token was refused. */
  readonly refusal: string | null;
  /** Codes of all errors, each once. */
  readonly codes: readonly string[];
  readonly errorCount: number;
  /** The first errors. */
  readonly errors: readonly ErrorPlace[];
  readonly calls: CallTotals;
}

/** Platform calls of a request by the source of the answer. */
export interface CallTotals {
  readonly made: number;
  readonly coalesced: number;
  readonly remembered: number;
  /** Calls that were not sent. */
  readonly withheld: number;
}

/** Members of the log line of an operation, as JSON. Members without a value are left out. */
export function membersOf(facts: OperationFacts): string {
  const { type, name, documentHash, isFast, client, caller, refusal, errorCount, errors, calls } = facts;
  let json = `,"operationType":"${type}"`;
  if (name !== null) json += textMember('operationName', name);
  else if (documentHash !== null) json += `,"documentHash":"${documentHash}"`;
  if (client) json += textMember('client', client.name);
  if (client && client.version !== null) json += textMember('clientVersion', client.version);
  if (caller !== null) json += textMember('caller', caller);
  if (refusal !== null) json += textMember('refusal', refusal);
  if (errorCount > 0) json += `,"errorCount":${errorCount},"errors":${JSON.stringify(errors)}`;
  const { made, coalesced, remembered, withheld } = calls;
  if (withheld > 0) json += `,"withheld":${withheld}`;
  return `${json},"calls":${made},"coalesced":${coalesced},"remembered":${remembered},"fastPath":${isFast}`;
}

/** Attributes of the span of an operation, by OpenTelemetry's names where it has one. */
export function attributesOf(facts: OperationFacts): Attributes {
  const { type, name, documentHash, isFast, client, caller, codes, calls } = facts;
  return {
    'graphql.operation.type': type,
    ...(name !== null
      ? { 'graphql.operation.name': name }
      : documentHash !== null && { 'geai.document.hash': documentHash }),
    ...(client && { 'geai.client.name': client.name }),
    ...(caller !== null && { 'geai.caller': caller }),
    ...(codes[0] !== undefined && { 'error.type': codes[0] }),
    'geai.calls.made': calls.made,
    'geai.calls.coalesced': calls.coalesced,
    'geai.calls.remembered': calls.remembered,
    ...(calls.withheld > 0 && { 'geai.calls.withheld': calls.withheld }),
    'geai.fast_path': isFast,
  };
}
