import type { Credential, Fingerprint } from './credential.ts';
import type { Endpoint, Family } from './endpoint.ts';
import type { Request } from './request.ts';

/** The scope of what is known of one token. */
export function tokenScope(fingerprint: Fingerprint): string {
  return `token ${fingerprint}`;
}

/**
 * Scopes whose change makes an answer untrue: the token itself, and the family in its organization. An unknown organization
 * of a reader or a writer may be any.
 */
export function scopesOf({ fingerprint, organizationId }: Credential, { family }: Endpoint): readonly string[] {
  const own = tokenScope(fingerprint);
  if (family === null || family === 'identity') return [own];
  if (organizationId === null) return [own, changedByAnybody(family)];
  return [own, changedIn(organizationId, family), changedByUnknown(family)];
}

/**
 * Scopes that a write as this credential changes: the families of its endpoint, and nothing else. Administrators name an
 * organization that need not be their own.
 */
export function changedBy(
  { organizationId: own }: Credential,
  { changes }: Endpoint,
  { organizationId: named }: Pick<Request, 'organizationId'>,
): readonly string[] {
  return changes.flatMap((family) => {
    const scopes = [own === null ? changedByUnknown(family) : changedIn(own, family), changedByAnybody(family)];
    return named === null || named === own ? scopes : [...scopes, changedIn(named, family)];
  });
}

function changedIn(organizationId: string, family: Family): string {
  return `organization ${organizationId} ${family}`;
}

/** Writes of users of whom no organization is known. */
function changedByUnknown(family: Family): string {
  return `unknown ${family}`;
}

/** Writes in every organization: one scope, for readers of whom none is known. */
function changedByAnybody(family: Family): string {
  return `any ${family}`;
}
