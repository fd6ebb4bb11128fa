import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { PlatformError } from '../platform/client/errors.ts';
import {
  type ExportedRequest,
  exportRequests,
  type RequestQuery,
  type RequestRecord,
  type RequestStatus,
} from '../platform/resources/requests.ts';
import { isWithin, type TimeWindow } from './window.ts';

/** Filter of requests. Null: all. */
export interface RequestFilter {
  readonly statuses: ReadonlySet<RequestStatus> | null;
  /** Exact. */
  readonly assistantName: string | null;
  readonly window: TimeWindow | null;
}

/** Place in an export to read from. */
export interface ExportPlace {
  readonly skip: number;
  /** Digest of the first request of the export, as it was when its beginning was read. Null if that is not known. */
  readonly beginning: string | null;
}

export interface RequestPage {
  readonly requests: readonly RequestRecord[];
  /** Position in the export after each request. */
  readonly places: readonly number[];
  /** Requests up to `next` that could not be read. */
  readonly unreadableCount: number;
  /** Position in the export. */
  readonly next: number;
  /** As in `ExportPlace`. */
  readonly beginning: string | null;
  readonly hasMore: boolean;
}

/** Requests looked at in one call when only some of them are shown. */
const SEARCH_PAGE_SIZE = 200;

/** Calls for one page at most. A page that a filter leaves short says where to go on. */
export const SEARCH_MAX_PAGES = 10;

/**
 * The next `first` requests that pass the filter, in the platform's order. Filters here too: the platform's values are
 * unclear (platform-api.md 2.4), and it may ignore unknown ones. Reads one request beyond the page, or an empty answer,
 * to know if there is more. A page that comes again ends what can be read: the installation does not page. The place after it throws
 * `BAD_RESPONSE`.
 */
export async function readPage(
  read: Read,
  start: ExportPlace,
  first: number,
  filter: RequestFilter,
): Promise<RequestPage> {
  const shown: RequestRecord[] = [];
  const places: number[] = [];
  const isSearch = filter.statuses !== null || filter.window !== null;
  let [position, unreadableCount, beginning] = [start.skip, 0, start.beginning];
  let last: readonly ExportedRequest[] = [];
  const pageUpTo = (hasMore: boolean) => {
    return { requests: shown, places, unreadableCount, next: position, beginning, hasMore };
  };
  for (let page = 0; page < SEARCH_MAX_PAGES; page += 1) {
    const count = isSearch ? SEARCH_PAGE_SIZE : first - shown.length + 1;
    const requests = await read({ skip: position, count });
    if (requests.length === 0) return pageUpTo(false);
    if (isDeepStrictEqual(requests, last)) return pageUpTo(true);
    if (position === 0) beginning = digestOf(requests);
    else if (page === 0 && digestOf(requests) === beginning) {
      await checkThatPages(read, count, requests);
      page += 1;
    }
    last = requests;
    for (const request of requests) {
      if (request === null) unreadableCount += 1;
      else if (isShown(request, filter)) {
        if (shown.length === first) return pageUpTo(true);
        shown.push(request);
        places.push(position + 1);
      }
      position += 1;
    }
  }
  return pageUpTo(true);
}

type Read = (query: RequestQuery) => Promise<readonly ExportedRequest[]>;

/** Throws if the answer for a place further on is the beginning of the export. New requests may have moved that there. */
async function checkThatPages(read: Read, count: number, found: readonly ExportedRequest[]): Promise<void> {
  if (isDeepStrictEqual(await read({ skip: 0, count }), found)) throw new PlatformError('BAD_RESPONSE', exportRequests);
}

/** Digest of the first request, without what people typed and without its token. */
function digestOf([first]: readonly ExportedRequest[]): string {
  const { startedAt, finishedAt, cost, durationMs, session, status } = first ?? {};
  const told = JSON.stringify([startedAt, finishedAt, cost, durationMs, session, status]);
  return hash('sha256', told, 'base64url').slice(0, DIGEST_LENGTH);
}

const DIGEST_LENGTH = 8;

function isShown(request: RequestRecord, { statuses, assistantName, window }: RequestFilter): boolean {
  const at = request.startedAt ?? request.finishedAt;
  return (
    (statuses === null || statuses.has(request.status)) &&
    (assistantName === null || request.answeredBy === assistantName) &&
    (window === null || (at !== null && isWithin(window, Date.parse(at))))
  );
}
