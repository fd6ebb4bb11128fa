import { Secret } from '../../values/secret.ts';
import type { PlatformClient } from '../client/client.ts';
import { DecodeError, key, onlyKnown, optionalText, optionalTime, text, type Wire, wire } from '../client/decode.ts';
import { type PlatformList, readList } from '../client/lists.ts';
import { operations } from '../client/operations.ts';

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

/** A client of one of the credentials that manage tokens. */
export type TokenManager = PlatformClient<'organization' | 'oauth'>;

const TOKEN_LIST = {
  element: 'token',
  keys: ['tokens'],
  beside: ['organizationId', 'organizationName', 'projectId', 'projectName'],
};

export type ApiTokenList = PlatformList<ApiTokenRecord>;

/** The tokens of a project, in no promised order. Throws `PlatformError`, `NOT_FOUND` when there is no such project. */
export function listApiTokens(client: TokenManager, projectId: string): Promise<ApiTokenList> {
  return client.send(operations.listApiTokens, { id: projectId }, (body, leftOut) =>
    readList(body, TOKEN_LIST, (from) => toApiToken(from, client), leftOut),
  );
}

/** Creates an active token; its secret is in the record. Sent once: `OUTCOME_UNKNOWN` when the answer is lost. */
export function createApiToken(
  client: TokenManager,
  projectId: string,
  { name, description }: { name: string; description: string | null },
): Promise<ApiTokenRecord> {
  const body = { name, ...(description === null ? {} : { description }) };
  return client.send(operations.createApiToken, { projectId, body }, (answer) =>
    toApiToken(wire(answer, 'new token'), client),
  );
}

/** Changes the status, the description or both. The answer holds messages, not the token: read it again to see it. */
export async function updateApiToken(
  client: TokenManager,
  token: Secret,
  change: { status?: 'active' | 'blocked'; description?: string },
): Promise<void> {
  await client.send(operations.updateApiToken, { id: token, body: change }, readDone);
}

/** Revokes a token for good. */
export async function revokeApiToken(client: TokenManager, token: Secret): Promise<void> {
  await client.send(operations.revokeApiToken, { id: token }, readDone);
}

/** What the answer to a change may hold: messages, nothing, the word for what was done, or the token (platform-api.md 2.3). */
const DONE = ['status', 'id', 'name', 'description', 'scope', 'timestamp', 'organization', 'project'];

/** Throws for an answer that says something else than that it is done. Reported failures were found before. */
function readDone(body: unknown): void {
  if (body === undefined || body === null || Array.isArray(body)) return;
  if (typeof body !== 'object') throw new DecodeError('the confirmation is not an object');
  onlyKnown(wire(body, 'the confirmation'), 'the confirmation', DONE);
}

/** Reads give `Active`, writes take `active` (platform-api.md 1.6). */
const STATUS = new Map<string, ApiTokenStatus>([
  ['active', 'ACTIVE'],
  ['blocked', 'BLOCKED'],
  ['revoked', 'REVOKED'],
]);

/** A token as lists, and the answers to creations, tell it to a client. */
export function toApiToken(from: Wire, { credential }: TokenManager): ApiTokenRecord {
  return {
    secret: new Secret(key(from, 'id'), credential.kind === 'oauth' ? null : credential.secret),
    name: text(from, 'name'),
    description: optionalText(from, 'description'),
    status: STATUS.get(text(from, 'status').toLowerCase()) ?? 'UNRECOGNIZED',
    createdAt: optionalTime(from, 'timestamp'),
  };
}
