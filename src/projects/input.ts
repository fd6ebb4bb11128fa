import type { CreationInput } from '../mutations/creation.ts';
import { nameErrors, projectIdErrors, textErrors, type UserError, userError } from '../mutations/userErrors.ts';
import type { ProjectDraft } from '../platform/resources/projects.ts';
import type { UsageLimitDraft } from '../platform/resources/usageLimits.ts';
import { amountErrors } from '../usageLimits/settings.ts';
import { isEmail } from '../values/email.ts';

export interface NewProject extends CreationInput {
  readonly organizationId?: string | null | undefined;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly administratorUserEmail: string;
  readonly usageLimit?: UsageLimitDraft | null | undefined;
}

/** Codes of user errors of `createProject`. */
export type ProjectCreationErrorCode =
  | 'NAME_TAKEN'
  | 'ORGANIZATION_REQUIRED'
  | 'PROJECT_NOT_FOUND'
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'INVALID_CHARACTERS'
  | 'INVALID_ID'
  | 'INVALID_EMAIL'
  | 'INVALID_LIMIT'
  | 'REJECTED'
  | 'INVALID_ENCRYPTION_KEY'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IN_PROGRESS'
  | 'SECRET_ALREADY_SHOWN'
  | 'TOKEN_VALUE_MASKED'
  | 'AUDIT_INCOMPLETE';

export type ProjectCreationError = UserError<ProjectCreationErrorCode>;

/** Mistakes in the input, beside its keys. */
export function projectMistakes(input: NewProject): ProjectCreationError[] {
  const { organizationId, administratorUserEmail: email } = input;
  return [
    ...(organizationId == null ? [] : projectIdErrors('organizationId', organizationId)),
    ...nameErrors('name', input.name),
    ...textErrors('description', input.description),
    ...(isEmail(email) ? [] : [userError('INVALID_EMAIL', 'administratorUserEmail')]),
    ...(input.usageLimit ? amountErrors(input.usageLimit, 'usageLimit') : []),
  ];
}

/** Values that are sent to the platform. */
export function draftOf({ name, description, administratorUserEmail, usageLimit }: NewProject): ProjectDraft {
  return {
    name,
    description: description || null,
    administratorUserEmail,
    usageLimit: usageLimit ?? null,
  };
}
