import { type Permission, READ } from '../../access/permissions.ts';
import type { Reading } from '../../cost/reading.ts';

/** Tags by which a company selects parts of the graph for a contract, from all callers to few. */
export const AUDIENCES = ['public', 'admin', 'content', 'secret'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** Audience of a field by the permission that it declares. */
function audienceOf(permission: Permission): Audience {
  if (permission === READ) return 'public';
  return permission === 'geai:content:read' ? 'content' : 'admin';
}

/** Types for all, although no public field leads to them. */
export const PUBLIC_TYPES: readonly string[] = ['ErrorCode'];

/** Audience of fields whose permission says too little. */
export const BY_FIELD: Readonly<Record<string, Audience>> = {
  // People and their roles.
  'Organization.members': 'admin',
  'Organization.projectMemberships': 'admin',
  'Project.members': 'admin',
  'Project.roles': 'admin',
  // All tokens of an organization at once.
  'Organization.apiTokens': 'admin',
  'Organization.tokenFindings': 'admin',
  'Organization.usage': 'admin',
  'Query.identifyApiToken': 'admin',
};

/** The audience that a field is declared for. Undefined: that of its type. */
export function declaredAudience(coordinate: string, reading: Reading | undefined): Audience | undefined {
  if (/\.\w*secret$/i.test(coordinate)) return 'secret';
  const known = BY_FIELD[coordinate];
  if (known) return known;
  return reading?.permission ? audienceOf(reading.permission) : undefined;
}
