import type { AuditOutcome } from '../observability/auditEntry.ts';
import type { AuditFacts } from './auditScope.ts';

/** State of secrets that may be returned: in the answer, all or some, not selected by the operation, or kept back. */
export type SecretDelivery = 'IN_ANSWER' | 'PARTLY_IN_ANSWER' | 'NOT_ASKED_FOR' | 'WITHHELD';

/** True if the answer holds a secret. */
export function isReturned(secret: SecretDelivery | undefined): boolean {
  return secret === 'IN_ANSWER' || secret === 'PARTLY_IN_ANSWER';
}

/** Code of a mutation that created a secret, or several, and did not return all of them. */
const SECRET_NOT_HANDED_OUT = 'SECRET_NOT_HANDED_OUT';

/** Code of a mutation whose secret the operation did not select, which is no failure. */
const SECRET_NOT_ASKED_FOR = 'SECRET_NOT_ASKED_FOR';

/** Result of a mutation in its audit event. */
interface AuditResult {
  readonly outcome: AuditOutcome;
  readonly codes: readonly string[];
  /** True if the answer holds a secret. */
  readonly isInAnswer: boolean;
}

/** Returns the result for the audit event. A secret in the answer of an abandoned request counts as not delivered. */
export function auditResultOf(
  { verification, changed = false, secret }: AuditFacts,
  userErrors: readonly string[],
  isAbandoned: boolean,
): AuditResult {
  const isInAnswer = isReturned(secret) && !isAbandoned;
  const isUndelivered =
    secret === 'WITHHELD' || secret === 'PARTLY_IN_ANSWER' || (secret === 'IN_ANSWER' && isAbandoned);
  const failures = isUndelivered ? [...userErrors, SECRET_NOT_HANDED_OUT] : userErrors;
  const codes = secret === 'NOT_ASKED_FOR' ? [...failures, SECRET_NOT_ASKED_FOR] : failures;
  const isConfirmed = !verification || verification.outcome === 'CONFIRMED';
  const outcome =
    failures.length > 0 ? outcomeWithErrors(changed, failures) : isConfirmed ? 'SUCCEEDED' : 'UNCONFIRMED';
  return { outcome, codes, isInAnswer };
}

/** Codes of a mutation that was begun and not completed. All others say that it was not begun. */
const UNDONE: ReadonlySet<string> = new Set([
  'INCOMPLETE',
  'ROTATION_INCOMPLETE',
  'CREATED_BUT_NOT_BLOCKED',
  SECRET_NOT_HANDED_OUT,
]);

function outcomeWithErrors(changed: boolean | null, codes: readonly string[]): AuditOutcome {
  if (changed === null) return 'UNKNOWN';
  if (changed) return 'INCOMPLETE';
  return codes.some((code) => UNDONE.has(code)) ? 'FAILED' : 'REFUSED';
}
