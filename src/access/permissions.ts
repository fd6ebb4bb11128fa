/** Permissions of callers, by the names of scopes in the company's tokens. */
export const PERMISSIONS = [
  'geai:read',
  'geai:requests:read',
  'geai:content:read',
  'geai:tokens:write',
  'geai:projects:write',
  'geai:members:write',
  'geai:limits:write',
  'geai:organizations:write',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** Permission of a field that declares none. */
export const READ: Permission = 'geai:read';
