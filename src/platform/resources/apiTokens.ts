import { Secret } from '../../values/secret.ts';
import { asUuid } from '../../values/uuid.ts';
import type { PlatformClient } from '../client/client.ts';
import type { Credential } from '../client/credential.ts';
import { key, onlyKnown, optionalText, optionalTime, readUnstated, text, type Wire, wire } from '../client/decode.ts';
import { read, write } from '../client/endpoint.ts';
import { type ListShape, list, type PlatformList } from '../client/lists.ts';

export type ApiTokenStatus = 'ACTIVE' | 'BLOCKED' | 'REVOKED' | 'UNRECOGNIZED';

export interface ApiTokenRecord {
  /** The platform's id of the token: the bearer secret itself (platform-api.md 1.5). Masked on some installations. */
  readonly secret: Secret;
  readonly name: string;
  readonly description: string | null;
  readonly status: ApiTokenStatus;
  /** ISO 8601. Null when the answer has none, as the answer to a creation. */
  readonly createdAt: string | null;
}

interface NewApiTokenRecord extends ApiTokenRecord {
  /** Id of the project that it was created in. Null when the answer does not tell. */
  readonly createdIn: string | null;
}

/** A client of one of the credentials that manage tokens. */
export type TokenManager = PlatformClient<'organization' | 'oauth'>;

const TOKEN_LIST: ListShape = {
  element: 'token',
  keys: ['tokens'],
  beside: ['organizationId', 'organizationName', 'projectId', 'projectName'],
};

export type ApiTokenList = PlatformList<ApiTokenRecord>;

/** The tokens of a project, in no promised order. `NOT_FOUND` when there is no such project. */
export const listApiTokens = read({
  route: 'GET /v1/organization/project/{projectId}/tokens',
  accepts: ['organization', 'oauth'],
  family: 'apiTokens',
  isAbsentOn404: true,
  decode: list(TOKEN_LIST, toApiToken),
});

/** Creates an active token, and returns its secret in the record. `OUTCOME_UNKNOWN` when the answer is lost. */
export const createApiToken = write({
  route: 'POST /v2/projects/tokens',
  accepts: ['organization', 'oauth'],
  target: 'project',
  changes: ['apiTokens'],
  body: ({ name, description }: { readonly name: string; readonly description: string | null }) => ({
    name,
    description: description ?? undefined,
  }),
  decode: (body, _leftOut, credential): NewApiTokenRecord => {
    const from = wire(body, 'new token');
    return {
      ...toApiToken(from, credential),
      createdIn: typeof from.project === 'string' ? asUuid(from.project) : null,
    };
  },
});

/** Members of a token that change. The rest stays as it is. */
export interface ApiTokenChange {
  readonly status?: 'active' | 'blocked';
  readonly description?: string;
}

/** Changes the status, the description or both. The answer holds messages, not the token: read it again to see it. */
export const updateApiToken = write({
  route: 'PUT /v2/projects/tokens/{apiTokenId}',
  accepts: ['organization', 'oauth'],
  tokenInPath: 'apiTokenId',
  changes: ['apiTokens'],
  isAbsentOn404: true,
  body: ({ status, description }: ApiTokenChange) => ({ status, description }),
  decode: readDone,
});

/** Revokes a token for good. */
export const revokeApiToken = write({
  route: 'DELETE /v2/projects/tokens/{apiTokenId}',
  accepts: ['organization', 'oauth'],
  tokenInPath: 'apiTokenId',
  changes: ['apiTokens'],
  isAbsentOn404: true,
  decode: readDone,
});

/** Possible answers to a change: messages, nothing, the word for the change, or the token (platform-api.md 2.3). */
const DONE = ['status', 'id', 'name', 'description', 'scope', 'timestamp', 'organization', 'project'];

/** Throws for an answer that says something else than that it is done. Reported failures were found before. */
function readDone(body: unknown): void {
  readUnstated(body);
  if (body === undefined || body === null || Array.isArray(body)) return;
  onlyKnown(wire(body, 'the confirmation'), 'the confirmation', DONE);
}

/** Reads give `Active`, writes take `active` (platform-api.md 1.6). */
const STATUS = new Map<string, ApiTokenStatus>([
  ['active', 'ACTIVE'],
  ['blocked', 'BLOCKED'],
  ['revoked', 'REVOKED'],
]);

/** A token as lists, and the answers to creations, tell it to a credential. */
export function toApiToken(from: Wire, credential: Credential): ApiTokenRecord {
  return {
    secret: new Secret(key(from, 'id'), credential.kind === 'oauth' ? null : credential.secret),
    name: text(from, 'name'),
    description: optionalText(from, 'description'),
    status: STATUS.get(text(from, 'status').toLowerCase()) ?? 'UNRECOGNIZED',
    createdAt: optionalTime(from, 'timestamp'),
  };
}
