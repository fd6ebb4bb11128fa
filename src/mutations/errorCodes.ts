/** Codes of user errors of the mutations of tokens. */
export type TokenErrorCode =
  | 'PROJECT_NOT_FOUND'
  | 'TOKEN_NOT_FOUND'
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'INVALID_CHARACTERS'
  | 'INVALID_ID'
  | 'REJECTED'
  | 'TOKEN_REVOKED'
  | 'WOULD_LOCK_OUT'
  | 'TOKEN_VALUE_MASKED'
  | 'CREATED_BUT_NOT_BLOCKED'
  | 'INVALID_ENCRYPTION_KEY'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IN_PROGRESS'
  | 'SECRET_ALREADY_SHOWN'
  | 'SUCCESSOR_EXISTS'
  | 'ROTATION_INCOMPLETE'
  | 'AUDIT_INCOMPLETE';

/** Codes of user errors of all mutations. */
export type UserErrorCode =
  | TokenErrorCode
  | LimitErrorCode
  | ProjectErrorCode
  | BulkErrorCode
  | OrganizationErrorCode
  | MemberErrorCode
  | 'INVALID_EMAIL'
  | 'ORGANIZATION_REQUIRED';

/** Codes of user errors of changes of many tokens. */
export type BulkErrorCode =
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
  | 'INCOMPLETE';

/** Codes of user errors of the changes of a project. */
export type ProjectErrorCode =
  | 'PROJECT_NOT_FOUND'
  | 'INVALID_ID'
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'INVALID_CHARACTERS'
  | 'NAME_TAKEN'
  | 'CONFLICT'
  | 'CONFIRMATION_MISMATCH'
  | 'WOULD_LOCK_OUT'
  | 'REJECTED';

/** Codes of user errors of the mutations of organizations. */
export type OrganizationErrorCode =
  | 'ORGANIZATION_NOT_FOUND'
  | 'INVALID_ID'
  | 'INVALID_EMAIL'
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'INVALID_CHARACTERS'
  | 'NAME_TAKEN'
  | 'CONFIRMATION_MISMATCH'
  | 'WOULD_LOCK_OUT'
  | 'REJECTED';

/** Codes of user errors of the changes of members. */
export type MemberErrorCode =
  | 'PROJECT_NOT_FOUND'
  | 'MEMBER_NOT_FOUND'
  | 'OTHER_MEMBER_REMOVED'
  | 'INVALID_ID'
  | 'INVALID_EMAIL'
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'TOO_MANY'
  | 'INVALID_CHARACTERS'
  | 'CONFLICT'
  | 'REJECTED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IN_PROGRESS';

/** Codes of user errors of the mutations of usage limits. */
export type LimitErrorCode =
  | 'TARGET_REQUIRED'
  | 'PROJECT_NOT_FOUND'
  | 'INVALID_ID'
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'INVALID_CHARACTERS'
  | 'INVALID_LIMIT'
  | 'LIMIT_IN_FORCE'
  | 'LIMIT_ENDED'
  | 'REJECTED'
  | 'INCOMPLETE';
