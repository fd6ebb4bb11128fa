import { Secret } from '../secret.ts';
import type { PlatformClient } from './client.ts';
import { items, key, optionalText, optionalTime, text, type Wire, wire } from './decode.ts';
import { operations } from './operations.ts';

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

/** Every token of a project, in no promised order. Throws `PlatformError`, `NOT_FOUND` when there is no such project. */
export function listApiTokens(client: TokenManager, projectId: string): Promise<ApiTokenRecord[]> {
  return client.send(operations.listApiTokens, { id: projectId }, (body) =>
    items(wire(body, 'token list').tokens, 'tokens').map((item) => toApiToken(wire(item, 'token'))),
  );
}

/** Creates an active token; its secret is in the record. Sent once: `OUTCOME_UNKNOWN` when the answer is lost. */
export function createApiToken(
  client: TokenManager,
  projectId: string,
  { name, description }: { name: string; description: string | null },
): Promise<ApiTokenRecord> {
  const body = { name, ...(description === null ? {} : { description }) };
  return client.send(operations.createApiToken, { projectId, body }, (answer) => toApiToken(wire(answer, 'new token')));
}

/** Changes the status, the description or both. The answer holds messages, not the token: read it again to see it. */
export async function updateApiToken(
  client: TokenManager,
  token: Secret,
  change: { status?: 'active' | 'blocked'; description?: string },
): Promise<void> {
  await client.send(operations.updateApiToken, { id: token, body: change }, ignoreBody);
}

/** Revokes a token for good. */
export async function revokeApiToken(client: TokenManager, token: Secret): Promise<void> {
  await client.send(operations.revokeApiToken, { id: token }, ignoreBody);
}

/** Failures inside a body are found before it is decoded. */
function ignoreBody(): void {}

/** Reads give `Active`, writes take `active` (platform-api.md 1.6). */
const STATUS = new Map<string, ApiTokenStatus>([
  ['active', 'ACTIVE'],
  ['blocked', 'BLOCKED'],
  ['revoked', 'REVOKED'],
]);

/** A token as lists, and the answers to creations, tell it. */
export function toApiToken(from: Wire): ApiTokenRecord {
  return {
    secret: new Secret(key(from, 'id')),
    name: text(from, 'name'),
    description: optionalText(from, 'description'),
    status: STATUS.get(text(from, 'status').toLowerCase()) ?? 'UNRECOGNIZED',
    createdAt: optionalTime(from, 'timestamp'),
  };
}
