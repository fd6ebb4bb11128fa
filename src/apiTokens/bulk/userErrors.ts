/** Why many tokens were not looked through or changed, where the caller can correct it. */
export interface BulkUserError {
  readonly code: BulkUserErrorCode;
  readonly message: string;
  /** Input field at fault; null when no single field is. */
  readonly field: string | null;
}

export type BulkUserErrorCode =
  | 'REQUIRED'
  | 'CONFLICTING'
  | 'TOO_LONG'
  | 'TOO_MANY'
  | 'INVALID_CHARACTERS'
  | 'INVALID_ID'
  | 'INVALID_TIME'
  | 'PLAN_REQUIRED'
  | 'PLAN_INVALID'
  | 'PLAN_EXPIRED'
  | 'PLAN_CHANGED'
  | 'INCOMPLETE'
  | 'AUDIT_INCOMPLETE';

export function bulkUserError(code: BulkUserErrorCode, field: string | null, message: string): BulkUserError {
  return { code, field, message };
}

/** Thrown while an input is read, with everything that is wrong with it. */
export class InputMistakes extends Error {
  override readonly name = 'InputMistakes';
  readonly userErrors: readonly BulkUserError[];

  constructor(userErrors: readonly BulkUserError[]) {
    super('the input has mistakes');
    this.userErrors = userErrors;
  }
}
