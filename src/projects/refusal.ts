import { type UserError, userError } from '../mutations/userErrors.ts';
import type { PlatformError } from '../platform/client/errors.ts';

/** Error ids of mistakes in a project (platform-api.md 3.3). */
const NAME_TAKEN = new Set([2002, 2029]);
const NAME_REFUSED = new Set([2000, 2007]);

/** Returns the user error of a refusal. Rethrows errors that a caller cannot correct. */
export function refusalOf(error: PlatformError): UserError<'NAME_TAKEN' | 'REJECTED'> {
  if (error.kind !== 'REJECTED') throw error;
  const id = error.origin.platformId ?? 0;
  if (NAME_TAKEN.has(id)) return userError('NAME_TAKEN', 'name');
  return userError('REJECTED', NAME_REFUSED.has(id) ? 'name' : null);
}
