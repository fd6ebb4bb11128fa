import { type UserError, userError, userErrorsWith } from '../mutations/userErrors.ts';
import type { PlatformError } from '../platform/client/errors.ts';

export const organizationError = userErrorsWith({
  ORGANIZATION_NOT_FOUND:
    'A search for the name does not find an organization of this id. Check both with `Query.organizations`.',
  CONFIRMATION_MISMATCH: 'The organization has another name. Check that this is the organization that you mean.',
  WOULD_LOCK_OUT:
    'The administrator or this server works in the organization, and would be locked out. Use another credential.',
  NAME_TAKEN: 'Another organization has this name.',
});

/** Error ids that name what is wrong with an organization (platform-api.md 3.3). */
const NAME_TAKEN = 2003;
const NAME_EMPTY = 2007;

/** The user error of a refusal of the platform. Rethrows what a caller cannot correct. */
export function refusalOf(error: PlatformError): UserError<'NAME_TAKEN' | 'REJECTED'> {
  if (error.kind !== 'REJECTED') throw error;
  const { platformId } = error.origin;
  if (platformId === NAME_TAKEN) return organizationError('NAME_TAKEN', 'name');
  return userError('REJECTED', platformId === NAME_EMPTY ? 'name' : null);
}
