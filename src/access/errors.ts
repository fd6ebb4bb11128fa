import type { Permission } from './permissions.ts';

/** Refusal by the facade itself, before any call. The message is meant for the caller. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly code = 'FORBIDDEN';
  /** Missing permission, for programs. */
  readonly details: { readonly permission?: Permission };

  constructor(message: string, details: AccessError['details'] = {}) {
    super(message);
    this.details = details;
  }
}

/** The error of a field whose permission the caller lacks. */
export function permissionMissing(permission: Permission): AccessError {
  return new AccessError(`This requires the permission \`${permission}\`, which the caller does not have.`, {
    permission,
  });
}
