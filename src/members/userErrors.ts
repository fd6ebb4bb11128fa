import type { ProjectMemberUserErrorCode } from '../generated/resolvers.ts';
import { type UserError, userError, userErrorsWith } from '../mutations/userErrors.ts';
import { isAbsentInPath, type PlatformError } from '../platform/client/errors.ts';

export const memberError = userErrorsWith({
  MEMBER_NOT_FOUND: 'The project was not seen to have such a member. Read `Project.members`.',
  INVALID_ID:
    "This is not the platform's id of a user. Lists of members leave it out; rows of users in `AnalyticsFigures` return it.",
  CONFLICT: 'The platform reports a conflict: the person may belong to the project already.',
  TOO_MANY: 'An invitation names 20 roles at most.',
  REQUIRED: 'An invitation names a role. `Project.roles` lists those of the project.',
});

/** Error ids about the project (platform-api.md 3.3). */
const NO_PROJECT = new Set([2005, 2006]);
const CONFLICT = 409;

/**
 * The user error of a refusal of the platform: `absent` where a user named in the path may be missing. Rethrows what a caller cannot
 * correct.
 */
export function refusalOf(
  error: PlatformError,
  absent: UserError<ProjectMemberUserErrorCode> | null = null,
): UserError<ProjectMemberUserErrorCode> {
  const { platformId, status } = error.origin;
  if (platformId !== undefined && NO_PROJECT.has(platformId)) return userError('PROJECT_NOT_FOUND', 'projectId');
  if (absent && isAbsentInPath(error)) return absent;
  if (error.kind !== 'REJECTED') throw error;
  return (platformId ?? status) === CONFLICT ? memberError('CONFLICT', 'email') : userError('REJECTED');
}
