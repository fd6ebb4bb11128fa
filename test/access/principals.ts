import { PERMISSIONS, type Permission } from '../../src/access/permissions.ts';
import { type Principal, UNRESTRICTED } from '../../src/access/principal.ts';
import { RequestContext } from '../../src/request/context.ts';

const HEADER = 'x-test-principal';

/** Who asks in a test: permissions and restrictions as claims would give them. */
export interface Claims {
  readonly permissions?: readonly Permission[];
  readonly organizations?: readonly string[] | null;
  readonly projects?: readonly string[] | null;
}

export function principalOf({ permissions = PERMISSIONS, organizations, projects }: Claims): Principal {
  return {
    ...UNRESTRICTED,
    permissions: new Set(permissions),
    organizations: organizations ? new Set(organizations) : null,
    projects: projects ? new Set(projects) : null,
  };
}

/** Header that makes a request one of this principal, while `takePrincipals` is on. */
export function as(claims: Claims): Record<string, string> {
  return { [HEADER]: JSON.stringify(claims) };
}

/** Every permission but one. */
export function allBut(permission: Permission): Permission[] {
  return PERMISSIONS.filter((one) => one !== permission);
}

/** Takes principals from a header of the test, in place of the request's own. Returns how to end that. */
export function takePrincipals(): () => void {
  const own = Object.getOwnPropertyDescriptor(RequestContext.prototype, 'principal')!;
  Object.defineProperty(RequestContext.prototype, 'principal', { ...own, get: principalOfRequest });
  return () => void Object.defineProperty(RequestContext.prototype, 'principal', own);
}

function principalOfRequest(this: RequestContext): Principal {
  const { _request: request } = this as unknown as { _request: { headers: Record<string, string | undefined> } };
  const claims = request.headers[HEADER];
  return claims === undefined ? UNRESTRICTED : principalOf(JSON.parse(claims));
}
