import type { Decimal } from '../../values/decimal.ts';
import { Secret } from '../../values/secret.ts';
import {
  optionalDecimal,
  optionalNumber,
  optionalText,
  optionalTime,
  text,
  type Wire,
  wire,
} from '../client/decode.ts';
import { read } from '../client/endpoint.ts';
import { elementsOf, readOne } from '../client/lists.ts';

export type RequestStatus = 'SUCCEEDED' | 'FAILED' | 'PENDING' | 'UNRECOGNIZED';

/** Texts that people typed and read: personal data. Nothing keeps it (platform-api.md 5, trap 21). */
export interface RequestContent {
  readonly input: string | null;
  readonly output: string | null;
  readonly prompt: string | null;
}

/** Request that a project answered, without an id of its own. */
export interface RequestRecord {
  /** Name or value of the token that made it, kept as a secret since the sources differ (platform-api.md 1.5). */
  readonly tokenLabel: Secret | null;
  /** Null when the request called no assistant. */
  readonly answeredBy: string | null;
  readonly status: RequestStatus;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** USD. */
  readonly cost: Decimal | null;
  readonly durationMs: number | null;
  readonly module: string | null;
  readonly session: string | null;
  /** Null unless the caller may read it. */
  readonly content: RequestContent | null;
}

/** Part of the export to read. */
export interface RequestQuery {
  readonly skip: number;
  /** The platform may answer with fewer, for no other reason than a cap of its own: only an empty page is the end. */
  readonly count: number;
  readonly assistantName?: string | null;
}

/** A request in its place in the export; null when it could not be read. */
export type ExportedRequest = RequestRecord | null;

/**
 * Requests of the credential's own project. The sources do not state an order; newest first is likely (platform-api.md 2.4).
 * The filter `status` is not used, since its vocabulary is unclear. No total, no next link.
 */
export const exportRequests = exportOf(false);

/** The same with what people typed and read. */
export const exportRequestsWithContent = exportOf(true);

function exportOf(withContent: boolean) {
  return read({
    route: 'GET /v1/organization/request/export',
    accepts: ['project', 'oauth'],
    family: 'requests',
    hasAmounts: true,
    query: ({ skip, count, assistantName }: RequestQuery) => ({
      skip,
      count,
      assistantName: assistantName || undefined,
    }),
    decode: (body, leftOut): ExportedRequest[] =>
      elementsOf(wire(body, 'request list'), REQUEST_LIST).map((element) =>
        readOne(element, 'request', (request) => toRequest(request, withContent), leftOut),
      ),
  });
}

const REQUEST_LIST = { element: 'request', keys: ['items'] };

const STATUS = new Map<string, RequestStatus>([
  ['succeeded', 'SUCCEEDED'],
  // Values in the examples of the filter (platform-api.md 2.4).
  ['completed', 'SUCCEEDED'],
  ['failed', 'FAILED'],
  ['pending', 'PENDING'],
]);

/** Stands for "no assistant" (platform-api.md 2.4). */
const NO_ASSISTANT = 'N/D';

function toRequest(from: Wire, withContent: boolean): RequestRecord {
  const label = optionalText(from, 'apiToken');
  const assistant = optionalText(from, 'assistant');
  const startedAt = optionalTime(from, 'startTimestamp') ?? optionalTime(from, 'timestamp');
  const finishedAt = optionalTime(from, 'endTimestamp');
  return {
    tokenLabel: label === null ? null : new Secret(label),
    answeredBy: assistant === NO_ASSISTANT ? null : assistant,
    status: STATUS.get(text(from, 'status').toLowerCase()) ?? 'UNRECOGNIZED',
    startedAt,
    finishedAt,
    cost: optionalDecimal(from, 'cost'),
    durationMs: possible(optionalNumber(from, 'elapsedTimeMs') ?? between(startedAt, finishedAt)),
    module: optionalText(from, 'module'),
    session: optionalText(from, 'sessionId'),
    content: withContent ? toContent(from) : null,
  };
}

function toContent(from: Wire): RequestContent {
  return {
    input: optionalText(from, 'inputText'),
    output: optionalText(from, 'output'),
    prompt: optionalText(from, 'prompt'),
  };
}

/** Null for what no answer can have taken: less than nothing, or more than can be counted. */
function possible(durationMs: number | null): number | null {
  return durationMs !== null && durationMs >= 0 && durationMs <= Number.MAX_SAFE_INTEGER ? durationMs : null;
}

function between(start: string | null, end: string | null): number | null {
  return start === null || end === null ? null : Date.parse(end) - Date.parse(start);
}
