import type { AuditOutcome } from '../observability/auditLog.ts';
import type { AuditFacts } from './auditScope.ts';

/** Of a secret that was there to be shown: in the answer, in none that the operation asked for, or kept back. */
export type SecretFate = 'IN_ANSWER' | 'NOT_ASKED_FOR' | 'WITHHELD';

/** The code of an event whose mutation created a secret that is in nobody's answer. */
const SECRET_NOT_HANDED_OUT = 'SECRET_NOT_HANDED_OUT';

/** The code of an event whose mutation created a secret that its operation did not read. That is no failure. */
const SECRET_NOT_ASKED_FOR = 'SECRET_NOT_ASKED_FOR';

/** What the event of a mutation says that came to an end. */
export interface Ending {
  readonly outcome: AuditOutcome;
  readonly codes: readonly string[];
  /** Whether the answer that is about to leave holds a secret. */
  readonly isInAnswer: boolean;
}

/** Derives how a mutation ended from what it noted, its user errors, and whether its caller has gone away. */
export function endingOf(
  { verification, changed = false, secret }: AuditFacts,
  userErrors: readonly string[],
  isAbandoned: boolean,
): Ending {
  const isInAnswer = secret === 'IN_ANSWER' && !isAbandoned;
  const isUndelivered = secret === 'WITHHELD' || (secret === 'IN_ANSWER' && isAbandoned);
  const failures = isUndelivered ? [...userErrors, SECRET_NOT_HANDED_OUT] : userErrors;
  const codes = secret === 'NOT_ASKED_FOR' ? [...failures, SECRET_NOT_ASKED_FOR] : failures;
  const isConfirmed = !verification || verification.outcome === 'CONFIRMED';
  const outcome = failures.length > 0 ? shortOf(changed, failures) : isConfirmed ? 'SUCCEEDED' : 'UNCONFIRMED';
  return { outcome, codes, isInAnswer };
}

/** Codes of what was begun and did not come about. All others say that it was not to be begun. */
const UNDONE: ReadonlySet<string> = new Set([
  'INCOMPLETE',
  'ROTATION_INCOMPLETE',
  'CREATED_BUT_NOT_BLOCKED',
  SECRET_NOT_HANDED_OUT,
]);

/** How a mutation ended that left something undone. */
function shortOf(changed: boolean | null, codes: readonly string[]): AuditOutcome {
  if (changed === null) return 'UNKNOWN';
  if (changed) return 'INCOMPLETE';
  return codes.some((code) => UNDONE.has(code)) ? 'FAILED' : 'REFUSED';
}
