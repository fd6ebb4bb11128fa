import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import type { ErrorCode } from '../values/errorCodes.ts';

/** Kinds of findings, in the order of return within a project. */
export const FINDING_KINDS = [
  'DUPLICATE_NAME',
  'NO_DESCRIPTION',
  'OLD',
  'UNUSED',
  'BLOCKED_BUT_USED',
  'NO_ACTIVE_TOKEN',
  'NO_USAGE_LIMIT',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];
type Severity = 'LOW' | 'MEDIUM' | 'HIGH';
type Certainty = 'CERTAIN' | 'UNKNOWN';

export interface Evidence {
  /** Sentence for people. Holds no secret, and no text of the platform but names. */
  readonly text: string;
  readonly createdAt?: string | null;
  readonly tokensOfSameName?: number;
  readonly requests?: number;
  readonly lastUsedAt?: string | null;
  readonly errorCode?: ErrorCode;
}

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly evidence: Evidence;
  readonly token: ApiTokenRecord | null;
}

const SEVERITIES: Record<FindingKind, Severity> = {
  DUPLICATE_NAME: 'MEDIUM',
  NO_DESCRIPTION: 'LOW',
  OLD: 'MEDIUM',
  UNUSED: 'MEDIUM',
  BLOCKED_BUT_USED: 'HIGH',
  NO_ACTIVE_TOKEN: 'MEDIUM',
  NO_USAGE_LIMIT: 'HIGH',
};

export function certain(kind: FindingKind, token: ApiTokenRecord | null, evidence: Evidence): Finding {
  return { kind, severity: SEVERITIES[kind], certainty: 'CERTAIN', evidence, token };
}

export function unknown(kind: FindingKind, token: ApiTokenRecord | null, evidence: Evidence): Finding {
  return { kind, severity: SEVERITIES[kind], certainty: 'UNKNOWN', evidence, token };
}
