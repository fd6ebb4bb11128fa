import type { CredentialKind } from './credential.ts';

/** One REST operation: what it is called in logs and metrics, and which credentials the platform takes for it. */
export interface Operation<Accepted extends CredentialKind = CredentialKind> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with `{id}` in place of values. The only form of a path that may be logged, counted or shown. */
  readonly template: string;
  /** In order of preference. Whoever holds another kind cannot call: see `PlatformClient.send`. */
  readonly accepts: readonly Accepted[];
  /** The name in logs and metrics, such as `GET /v1/organization/project/{id}`. */
  readonly route: string;
  /** Whether the platform error ids 5 and 6 can mean the token in the path instead of the caller's. */
  readonly hasTokenInPath: boolean;
  /** Whether HTTP 404 alone leaves open what is absent: the object in the path, what hangs on it, or the endpoint. */
  readonly isAbsenceUnclear: boolean;
  /** Whether amounts in the answer may have more digits than a binary number holds. */
  readonly hasAmounts: boolean;
  /** Whether an answer, or what a token is, may be kept for a few seconds. Never one with secrets in it. */
  readonly remembered: 'no' | 'answer' | 'identity';
}

const PLAIN = { remembered: 'no', hasTokenInPath: false, isAbsenceUnclear: false, hasAmounts: false } as const;

function operation<const Accepted extends CredentialKind>(
  method: Operation['method'],
  template: string,
  accepts: readonly Accepted[],
  traits: Partial<Pick<Operation, keyof typeof PLAIN>> = {},
): Operation<Accepted> {
  return { method, template, accepts, route: `${method} ${template}`, ...PLAIN, ...traits };
}

const KEPT = { remembered: 'answer' } as const;
const TOKEN_IN_PATH = { hasTokenInPath: true } as const;

/**
 * The table that decides which credential a call takes (platform-api.md 1.4). Where the sources leave it open whether a
 * user's OAuth token is taken (a "?" there), the table lets it try: the platform then decides, with error 7.
 */
export const operations = {
  validateToken: operation('GET', '/v1/accessControl/apitoken/validate', ['unidentified', 'oauth'], {
    remembered: 'identity',
  }),
  listProjects: operation('GET', '/v1/organization/projects', ['organization', 'oauth'], KEPT),
  getProject: operation('GET', '/v1/organization/project/{id}', ['organization', 'project', 'oauth'], KEPT),
  createProject: operation('POST', '/v1/organization/project', ['organization', 'oauth']),
  listApiTokens: operation('GET', '/v1/organization/project/{id}/tokens', ['organization', 'oauth']),
  createApiToken: operation('POST', '/v2/projects/tokens', ['organization', 'oauth']),
  updateApiToken: operation('PUT', '/v2/projects/tokens/{id}', ['organization', 'oauth'], TOKEN_IN_PATH),
  revokeApiToken: operation('DELETE', '/v2/projects/tokens/{id}', ['organization', 'oauth'], TOKEN_IN_PATH),
  listAssistants: operation('GET', '/v1/organization/assistants', ['project', 'oauth'], KEPT),
  getAssistant: operation('GET', '/v1/assistant/{id}', ['project', 'oauth'], KEPT),
  exportRequests: operation('GET', '/v1/organization/request/export', ['project', 'oauth'], {
    hasAmounts: true,
  }),
  // What the platform answers without a limit is not documented (platform-api.md 2.6).
  listProjectLimits: operation(
    'GET',
    '/v2/usageLimits/organizations/{organization}/projects/{id}/limits',
    ['organization', 'oauth'],
    { isAbsenceUnclear: true, hasAmounts: true },
  ),
} as const;

/** Whether the operation changes nothing, so that it may be tried again. No listed GET has a side effect. */
export function isRead(operation: Operation): boolean {
  return operation.method === 'GET';
}
