import { isJsonObject } from '../../values/json.ts';

/** A failure that the platform put into a body, whatever the HTTP status. */
export interface ReportedFailure {
  /** `errors[].id`, `error.code`, a message's `id` and the like. Absent when the platform gave none. */
  readonly platformId?: number;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * Finds the failure in a body: in the five envelopes of platform-api.md 3.1, and in those of gateways and frameworks. Null when
 * the body reports none: `"errors": []`, `"error": {"code": 0}`, `"error": {}` and messages of another type than `error` are successes.
 */
export function reportedFailure(body: unknown): ReportedFailure | null {
  if (Array.isArray(body)) return failedMessage(body);
  if (!isJsonObject(body)) return null;
  let failure: ReportedFailure | null = null;
  for (const find of ENVELOPES) {
    const found = find(body);
    if (found?.platformId !== undefined) return found;
    failure ??= found;
  }
  return failure;
}

/** In the order in which their ids are believed. */
const ENVELOPES: readonly ((body: Body) => ReportedFailure | null)[] = [
  ({ errors }) => listedFailure(errors),
  ({ error }) => singleFailure(error),
  ({ messages }) => failedMessage(messages),
  ({ message }) => failedMessage(message),
  ({ fault }) => (isSaid(fault) ? withId(fault) : null),
  (body) => (typeof body.message === 'string' && body.message !== '' && isSaid(body.code) ? withId(body) : null),
  ({ status }) => failedStatus(status),
  ({ success }) => (success === false || success === 'false' ? {} : null),
];

/** Members of the envelopes. None of those that `reportedFailure` leaves is a failure. */
const MEMBERS = new Set(['errors', 'error', 'messages', 'message', 'success']);

/** True if a member of a body without a failure is an empty part of an envelope. A text never is. */
export function isSilent(member: string, value: unknown): boolean {
  const isNote = member === 'message' || member === 'messages';
  return MEMBERS.has(member) && !(isNote && (isJsonObject(value) || (typeof value === 'string' && value !== '')));
}

/** `errors` may also be an object: one error, or a map of them. */
function listedFailure(errors: unknown): ReportedFailure | null {
  if (Array.isArray(errors)) return errors.length > 0 ? withId(errors[0]) : null;
  if (!isJsonObject(errors)) return isSaid(errors) ? {} : null;
  const [first] = Object.values(errors);
  if (first === undefined) return null;
  const own = withId(errors);
  return own.platformId === undefined ? withId(first) : own;
}

function singleFailure(error: unknown): ReportedFailure | null {
  if (!isJsonObject(error)) return isSaid(error) ? withId({ id: error }) : null;
  const failure = withId(error);
  if (failure.platformId !== undefined) return failure.platformId === 0 ? null : failure;
  // GeneXus services leave out empty members: an error of none is no error (platform-api.md 4).
  return Object.values(error).some(isSaid) ? failure : null;
}

function failedMessage(messages: unknown): ReportedFailure | null {
  const all = Array.isArray(messages) ? messages : [messages];
  const failed = all.find((message) => isJsonObject(message) && String(message.type).toLowerCase() === 'error');
  return failed === undefined ? null : withId(failed);
}

const FAILED = new Set(['error', 'failed', 'failure', 'fail']);

/** An HTTP status in the body, or a word for failure. The statuses of limits are below 100 (platform-api.md 2.6). */
function failedStatus(status: unknown): ReportedFailure | null {
  if (typeof status === 'string' && FAILED.has(status.toLowerCase())) return {};
  const { platformId = 0 } = withId({ id: status });
  return platformId >= 400 ? { platformId } : null;
}

/** True if a member that means a failure has a value that means one. */
function isSaid(value: unknown): boolean {
  return ![undefined, null, '', false, 0, '0', 'false'].some((silent) => silent === value);
}

/** Ids come as `id` or `code`, as a number or as text. */
function withId(item: unknown): ReportedFailure {
  if (!isJsonObject(item)) return {};
  const value = item.id ?? item.code;
  const id = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) ? { platformId: id } : {};
}
