import type { CredentialKind } from './credential.ts';

/** One REST operation: what it is called in logs and metrics, and which credentials the platform takes for it. */
export interface Operation<Accepted extends CredentialKind = CredentialKind> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with `{id}` in place of values. The only form of a path that may be logged, counted or shown. */
  readonly template: string;
  /** In order of preference. Whoever holds another kind cannot call: see `PlatformClient.send`. */
  readonly accepts: readonly Accepted[];
  /** Whether the platform error ids 5 and 6 can mean the token in the path instead of the caller's. */
  readonly hasTokenInPath: boolean;
}

function operation<const Accepted extends CredentialKind>(
  method: Operation['method'],
  template: string,
  accepts: readonly Accepted[],
  hasTokenInPath = false,
): Operation<Accepted> {
  return { method, template, accepts, hasTokenInPath };
}

/**
 * The table that decides which credential a call takes (platform-api.md 1.4). Where the sources leave it open whether a
 * user's OAuth token is taken (a "?" there), the table lets it try: the platform then decides, with error 7.
 */
export const operations = {
  validateToken: operation('GET', '/v1/accessControl/apitoken/validate', ['unidentified', 'oauth']),
  listProjects: operation('GET', '/v1/organization/projects', ['organization', 'oauth']),
  getProject: operation('GET', '/v1/organization/project/{id}', ['organization', 'project', 'oauth']),
  listApiTokens: operation('GET', '/v1/organization/project/{id}/tokens', ['organization', 'oauth']),
  createApiToken: operation('POST', '/v2/projects/tokens', ['organization', 'oauth']),
  updateApiToken: operation('PUT', '/v2/projects/tokens/{id}', ['organization', 'oauth'], true),
  revokeApiToken: operation('DELETE', '/v2/projects/tokens/{id}', ['organization', 'oauth'], true),
  listAssistants: operation('GET', '/v1/organization/assistants', ['project', 'oauth']),
  getAssistant: operation('GET', '/v1/assistant/{id}', ['project', 'oauth']),
  exportRequests: operation('GET', '/v1/organization/request/export', ['project', 'oauth']),
  listProjectLimits: operation('GET', '/v2/usageLimits/organizations/{organization}/projects/{id}/limits', [
    'organization',
    'oauth',
  ]),
} as const;

/** Whether the operation changes nothing, so that it may be tried again. No listed GET has a side effect. */
export function isRead(operation: Operation): boolean {
  return operation.method === 'GET';
}

/** The name of an operation in logs and metrics, such as `GET /v1/organization/project/{id}`. */
export function routeOf(operation: Operation): string {
  return `${operation.method} ${operation.template}`;
}
