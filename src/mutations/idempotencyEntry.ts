import { StoreUnavailableError } from '../store/store.ts';
import { isJsonObject } from '../values/json.ts';
import type { IdempotencyEntry, KeptToken } from './idempotencyRecord.ts';

/** Throws `StoreUnavailableError` for text that cannot be read: the creation was begun, and must not begin anew. */
export function readEntry(text: string): IdempotencyEntry {
  try {
    const value: unknown = JSON.parse(text);
    if (isEntry(value)) return value;
  } catch {
    // Handled below, as other JSON is.
  }
  throw new StoreUnavailableError('an idempotency record cannot be read');
}

function isEntry(value: unknown): value is IdempotencyEntry {
  if (!isJsonObject(value)) return false;
  const entry: Partial<Record<keyof IdempotencyEntry, unknown>> = value;
  const { input, startedAt, sentAt, before, result, tokens, ordinal, revision, isOldBlocked } = entry;
  return (
    typeof input === 'string' &&
    typeof startedAt === 'number' &&
    (sentAt === null || typeof sentAt === 'number') &&
    (before === null || isListOf(before, isText)) &&
    (result === null || isText(result)) &&
    (tokens === undefined || isListOf(tokens, isKeptToken)) &&
    (ordinal === undefined || typeof ordinal === 'number') &&
    (revision === undefined || typeof revision === 'number') &&
    (isOldBlocked === undefined || typeof isOldBlocked === 'boolean')
  );
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isKeptToken(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { tokenHash, nameHash }: Partial<Record<keyof KeptToken, unknown>> = value;
  return isText(tokenHash) && isText(nameHash);
}
