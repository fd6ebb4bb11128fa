import { createHmac, createSecretKey } from 'node:crypto';
import type { Secret } from './secret.ts';
import { asUuid } from './uuid.ts';

/** Parts of an `ApiToken.id`: the project to ask, and the token's hash to compare with. */
export interface ApiTokenHandle {
  readonly projectId: string;
  readonly tokenHash: string;
}

export interface AssistantHandle {
  readonly projectId: string;
  readonly assistantId: string;
}

/** Input of a token's hash. */
interface HashedToken {
  readonly secret: Secret;
  readonly name: string;
  readonly createdAt: string | null;
}

/** The one place where graph-wide ids are made and read. */
export interface Ids {
  apiTokenId(projectId: string, token: HashedToken): string;
  /** The hash alone, to find a token in a list. */
  apiTokenHash(token: HashedToken): string;
  /** Every hash that an id of the token may hold: that of `apiTokenHash`, then that of the former secret. */
  apiTokenHashes(token: HashedToken): readonly string[];
  /** The handle with the hash that ids are made with now. */
  renewed(handle: ApiTokenHandle, token: HashedToken): ApiTokenHandle;
  /** Null for text that is no id of the kind. */
  readApiTokenId(id: string): ApiTokenHandle | null;
  /** The id that a handle was read from. */
  writeApiTokenId(handle: ApiTokenHandle): string;
  assistantId(projectId: string, assistantId: string): string;
  readAssistantId(id: string): AssistantHandle | null;
  /** HMAC-SHA-256 of a text, cut to 128 bits, that authenticates other values. `label` separates its uses. */
  keyedHash(label: string, text: string): Buffer;
}

const API_TOKEN = 1;
const ASSISTANT = 2;
const TYPES = [
  ['ApiToken', API_TOKEN],
  ['Assistant', ASSISTANT],
] as const;
const PART_BYTES = 16;
const ID_BYTES = 1 + 2 * PART_BYTES;
const ID_LENGTH = Math.ceil((ID_BYTES * 4) / 3);

/**
 * Ids are base64url of a kind byte, the project's UUID and 16 more bytes: an assistant's UUID, or
 * HMAC-SHA-256(`idSecret`, token) cut to 128 bits. Replicas with the same secret make the same ids. Ids made with
 * the former secret are recognized too.
 */
export function createIds(idSecret: Secret, former: Secret | null = null): Ids {
  const key = createSecretKey(idSecret.reveal(), 'utf8');
  const formerKey = former && createSecretKey(former.reveal(), 'utf8');
  const hash = (token: HashedToken, by = key) =>
    createHmac('sha256', by).update(hashedText(token)).digest().subarray(0, PART_BYTES);
  const apiTokenHash = (token: HashedToken) => hash(token).toString('base64url');
  return {
    apiTokenId: (projectId, token) => encode(API_TOKEN, uuidBytes(projectId), hash(token)),
    apiTokenHash,
    apiTokenHashes: (token) =>
      formerKey ? [apiTokenHash(token), hash(token, formerKey).toString('base64url')] : [apiTokenHash(token)],
    renewed: (handle, token) => (formerKey ? { ...handle, tokenHash: apiTokenHash(token) } : handle),
    writeApiTokenId: (handle) =>
      encode(API_TOKEN, uuidBytes(handle.projectId), Buffer.from(handle.tokenHash, 'base64url')),
    readApiTokenId: (id) => {
      const parts = decode(API_TOKEN, id);
      return parts && { projectId: parts.projectId, tokenHash: parts.rest.toString('base64url') };
    },
    assistantId: (projectId, assistantId) => encode(ASSISTANT, uuidBytes(projectId), uuidBytes(assistantId)),
    readAssistantId: (id) => {
      const parts = decode(ASSISTANT, id);
      return parts && { projectId: parts.projectId, assistantId: uuidText(parts.rest) };
    },
    // No token holds a line break, so that no hash of a token is a hash of this kind.
    keyedHash: (label, text) => createHmac('sha256', key).update(`${label}\n${text}`).digest().subarray(0, PART_BYTES),
  };
}

/** Types of the graph that an id may be of, by its form alone; those that are known without a call come first. */
export function typesOfId(id: string): readonly string[] {
  if (asUuid(id) !== null) return ['Organization', 'Project'];
  if (id.length !== ID_LENGTH) return [];
  const [kind] = Buffer.from(id.slice(0, 4), 'base64url');
  return TYPES.flatMap(([type, own]) => (own === kind ? type : []));
}

/** Masked values repeat, so other members distinguish those tokens. */
function hashedText({ secret, name, createdAt }: HashedToken): string {
  return secret.isMasked ? JSON.stringify([secret.reveal(), name, createdAt]) : secret.reveal();
}

function encode(kind: number, project: Buffer, rest: Buffer): string {
  return Buffer.concat([Buffer.of(kind), project, rest]).toString('base64url');
}

function decode(kind: number, id: string): { readonly projectId: string; readonly rest: Buffer } | null {
  if (id.length !== ID_LENGTH) return null;
  const bytes = Buffer.from(id, 'base64url');
  // Comparing with the encoding refuses everything that a lenient decoder lets through.
  const isWhole = bytes.length === ID_BYTES && bytes[0] === kind && bytes.toString('base64url') === id;
  if (!isWhole) return null;
  return { projectId: uuidText(bytes.subarray(1, 1 + PART_BYTES)), rest: bytes.subarray(1 + PART_BYTES) };
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
