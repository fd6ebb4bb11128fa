import { PERMISSIONS, type Permission } from '../../src/access/permissions.ts';
import { type Principal, UNRESTRICTED } from '../../src/access/principal.ts';

export function principalOf(permissions: readonly Permission[]): Principal {
  return { ...UNRESTRICTED, permissions: new Set(permissions) };
}

/** Every permission but one. */
export function allBut(permission: Permission): Permission[] {
  return PERMISSIONS.filter((one) => one !== permission);
}
