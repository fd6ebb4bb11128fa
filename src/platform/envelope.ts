import { isJsonObject } from '../json.ts';

/** A failure that the platform put into a body, whatever the HTTP status. */
export interface ReportedFailure {
  /** `errors[].id`, `error.code` or a message's `id`. Absent when the platform gave none. */
  readonly platformId?: number;
}

/**
 * Finds the failure in a body, in any of the five envelopes of platform-api.md 3.1. Null when the body reports none:
 * `"errors": []`, `"error": {"code": 0}` and messages of another type than `error` are successes.
 */
export function reportedFailure(body: unknown): ReportedFailure | null {
  if (Array.isArray(body)) return failedMessage(body);
  if (!isJsonObject(body)) return null;
  return (
    listedFailure(body.errors) ??
    singleFailure(body.error) ??
    failedMessage(body.messages) ??
    failedMessage(body.message) ??
    (body.success === false ? {} : null)
  );
}

function listedFailure(errors: unknown): ReportedFailure | null {
  return Array.isArray(errors) && errors.length > 0 ? withId(errors[0]) : null;
}

function singleFailure(error: unknown): ReportedFailure | null {
  if (typeof error === 'string') return error === '' ? null : {};
  if (!isJsonObject(error)) return null;
  const failure = withId(error);
  return failure.platformId === 0 ? null : failure;
}

function failedMessage(messages: unknown): ReportedFailure | null {
  if (!Array.isArray(messages)) return null;
  const failed = messages.find((message) => isJsonObject(message) && String(message.type).toLowerCase() === 'error');
  return failed === undefined ? null : withId(failed);
}

/** Ids come as `id` or `code`, as a number or as text. */
function withId(item: unknown): ReportedFailure {
  if (!isJsonObject(item)) return {};
  const value = item.id ?? item.code;
  const id = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof id === 'number' && Number.isInteger(id) ? { platformId: id } : {};
}
