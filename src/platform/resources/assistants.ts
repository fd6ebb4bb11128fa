import {
  integer,
  items,
  key,
  type LeftOut,
  optionalCode,
  optionalText,
  optionalTime,
  text,
  uuid,
  type Wire,
  wire,
} from '../client/decode.ts';
import { KEPT_MS, read } from '../client/endpoint.ts';
import { type ListShape, list, type PlatformList, readEach } from '../client/lists.ts';

type AssistantStatus = 'ENABLED' | 'DISABLED' | 'UNRECOGNIZED';

export interface AssistantRevisionRecord {
  readonly number: number;
  readonly name: string | null;
  readonly description: string | null;
  readonly isDefault: boolean;
  readonly providerName: string | null;
  readonly modelName: string | null;
  readonly messages: readonly { readonly role: string; readonly content: string }[] | null;
  readonly createdAt: string | null;
}

/** Assistant as the list of a project has it. */
export interface AssistantSummary {
  readonly id: string;
  readonly name: string;
  /** Newest first. Null when the answer has none, as a summary. */
  readonly revisions: PlatformList<AssistantRevisionRecord> | null;
}

/** Assistant as a look-up by id has it, with members that the list lacks (platform-api.md 5, trap 5). */
export interface AssistantDetail extends AssistantSummary {
  readonly description: string | null;
  readonly kind: string | null;
  readonly status: AssistantStatus | null;
}

/** `full` brings the revisions. */
export type AssistantDepth = 'summary' | 'full';

const ASSISTANT_LIST: ListShape = { element: 'assistant', keys: ['assistants'], beside: ['projectId', 'projectName'] };

/** The assistants of the credential's own project, in no promised order (platform-api.md 2.4). */
export const listAssistants = { summary: listingOf('summary'), full: listingOf('full') };

/** One assistant of the credential's own project. `NOT_FOUND` when it has no such assistant. */
export const getAssistant = { summary: lookupOf('summary'), full: lookupOf('full') };

function listingOf(detail: AssistantDepth) {
  return read({
    route: 'GET /v1/organization/assistants',
    accepts: ['project', 'oauth'],
    family: 'assistants',
    keptMs: KEPT_MS.forSeconds,
    query: () => ({ detail }),
    decode: list(ASSISTANT_LIST, (from, _credential, leftOut) => toSummary(from, detail, leftOut)),
  });
}

function lookupOf(detail: AssistantDepth) {
  return read({
    route: 'GET /v1/assistant/{assistantId}',
    accepts: ['project', 'oauth'],
    family: 'assistants',
    keptMs: KEPT_MS.forSeconds,
    isAbsentOn404: true,
    query: () => ({ detail }),
    decode: (body, leftOut) => toDetail(wire(body, 'assistant'), detail, leftOut),
  });
}

/** Assistant status codes. 0 is older text; the current pages know 1 and 2 (platform-api.md 2.7). */
const STATUS = new Map<number, AssistantStatus>([
  [0, 'ENABLED'],
  [1, 'ENABLED'],
  [2, 'DISABLED'],
]);

function toDetail(from: Wire, depth: AssistantDepth, leftOut: LeftOut): AssistantDetail {
  const code = optionalCode(from, 'assistantStatus');
  return {
    ...toSummary(from, depth, leftOut),
    description: optionalText(from, 'assistantDescription'),
    kind: optionalText(from, 'assistantType'),
    status: code === null ? null : (STATUS.get(code) ?? 'UNRECOGNIZED'),
  };
}

function toSummary(from: Wire, depth: AssistantDepth, leftOut: LeftOut): AssistantSummary {
  return {
    id: uuid(from, 'assistantId'),
    name: text(from, 'assistantName'),
    revisions: depth === 'full' ? toRevisions(from, leftOut) : null,
  };
}

/** In practice an assistant has one intent, and the vendor's own client reads only the first (platform-api.md 2.7). */
function toRevisions(assistant: Wire, leftOut: LeftOut): PlatformList<AssistantRevisionRecord> {
  const [first] = items(assistant.intents, 'intents');
  const intent = first === undefined ? {} : wire(first, 'intent');
  const defaultNumber = optionalCode(intent, 'assistantIntentDefaultRevision');
  const revisions = items(intent.revisions, 'revisions');
  const { records, unreadableCount } = readEach(
    revisions,
    'revision',
    (revision) => toRevision(revision, defaultNumber),
    leftOut,
  );
  return { records: records.toSorted((a, b) => b.number - a.number), unreadableCount };
}

function toRevision(from: Wire, defaultNumber: number | null): AssistantRevisionRecord {
  const number = integer(from, 'revisionId');
  return {
    number,
    name: optionalText(from, 'revisionName'),
    description: optionalText(from, 'revisionDescription'),
    isDefault: number === defaultNumber,
    providerName: optionalText(from, 'providerName'),
    modelName: optionalText(from, 'modelName'),
    messages: toMessages(optionalText(from, 'prompt')),
    createdAt: optionalTime(from, 'timestamp'),
  };
}

/** The prompt is a JSON text that holds the messages. One that is not is kept out rather than failing its assistant. */
function toMessages(prompt: string | null): { role: string; content: string }[] | null {
  if (prompt === null) return null;
  try {
    return items(JSON.parse(prompt), 'prompt').map((item) => {
      const message = wire(item, 'message');
      return { role: key(message, 'role'), content: text(message, 'content') };
    });
  } catch {
    return null;
  }
}
