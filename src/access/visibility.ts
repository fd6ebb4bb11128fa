import { AccessError } from './errors.ts';
import type { Principal } from './principal.ts';

/** Restrictions by the claims of a caller. Nothing outside of them exists for the caller. */
export type Restriction = Pick<Principal, 'organizations' | 'projects'>;

export function seesProject({ projects }: Restriction, id: string): boolean {
  return projects === null || projects.has(id);
}

/** An organization that is not known is outside of every restriction. */
export function seesOrganization({ organizations }: Restriction, id: string | null): boolean {
  return organizations === null || (id !== null && organizations.has(id));
}

export function isRestricted({ organizations, projects }: Restriction): boolean {
  return organizations !== null || projects !== null;
}

/** Text that is the same for the same restriction. Empty: none. */
export function restrictionKey(restriction: Restriction): string {
  if (!isRestricted(restriction)) return '';
  const { organizations, projects } = restriction;
  return JSON.stringify([organizations, projects].map((ids) => ids && [...ids].sort()));
}

/** Refusal of what covers a whole organization, for a caller who may see some of its projects. */
export function wholeOrganization(): AccessError {
  return new AccessError(
    'This covers every project of the organization. The claims of the caller allow some of them only.',
  );
}

/** Refusal of what covers the whole platform, for a caller who may see some of it. */
export function wholePlatform(): AccessError {
  return new AccessError('This covers every organization of the platform. The claims of the caller allow some only.');
}
