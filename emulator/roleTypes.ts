import type { Call } from './call.ts';
import { PlatformFailure } from './failures.ts';
import type { Role } from './people.ts';

/** Those of some roles that the `roleTypes` of a call ask for: a comma list in any casing, all when absent (section 2.13). */
export function rolesAsked(call: Call): (roles: readonly Role[]) => readonly Role[] {
  const text = call.query('roleTypes');
  if (text === undefined) return (roles) => roles;
  const types = new Set(text.split(',').map((type) => type.trim().toLowerCase()));
  if (!types.isSubsetOf(new Set(['backend', 'frontend']))) throw new PlatformFailure(11, 'roleTypes');
  return (roles) => roles.filter(({ type }) => types.has(type));
}
