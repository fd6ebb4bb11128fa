import { createHmac } from 'node:crypto';
import { TEST_ID_SECRET } from '../support/facade.ts';

/**
 * Ids and hints by the contract alone, worked out without the code under test: a kind byte, the project's UUID and 16 more bytes,
 * in base64url; of a token, its word and its last four characters.
 */
const API_TOKEN = 1;
const ASSISTANT = 2;

export function apiTokenId(projectId: string, token: string): string {
  const mark = createHmac('sha256', TEST_ID_SECRET).update(token).digest('hex').slice(0, 32);
  return idOf(API_TOKEN, projectId, mark);
}

export function assistantId(projectId: string, assistant: string): string {
  return idOf(ASSISTANT, projectId, assistant);
}

/** The project of an id of a token. Null for what is no such id. */
export function projectOfApiToken(id: string): string | null {
  return partsOf(API_TOKEN, id)?.[0] ?? null;
}

/** The project of an id of an assistant, and the assistant. Null for what is no such id. */
export function partsOfAssistant(id: string): readonly [projectId: string, assistantId: string] | null {
  return partsOf(ASSISTANT, id);
}

export function hintOf(token: string): string {
  return `${token.slice(0, token.indexOf('_') + 1)}…${token.slice(-4)}`;
}

function idOf(kind: number, ...uuids: string[]): string {
  return Buffer.from(`0${kind}${uuids.join('').replaceAll('-', '')}`, 'hex').toString('base64url');
}

function partsOf(kind: number, id: string): [string, string] | null {
  const hex = Buffer.from(id, 'base64url').toString('hex');
  const [, project, rest] = new RegExp(`^0${kind}(.{32})(.{32})$`).exec(hex) ?? [];
  if (!project || !rest || idOf(kind, project, rest) !== id) return null;
  return [uuidOf(project), uuidOf(rest)];
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
