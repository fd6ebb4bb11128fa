import type { ExportedRequest, RequestQuery, RequestRecord, RequestStatus } from '../platform/resources/requests.ts';
import { isWithin, type TimeWindow } from './window.ts';

/** Filter of requests. Null: all. */
export interface RequestFilter {
  readonly statuses: ReadonlySet<RequestStatus> | null;
  /** Exact. */
  readonly assistantName: string | null;
  readonly window: TimeWindow | null;
}

export interface RequestPage {
  readonly requests: readonly RequestRecord[];
  /** Position in the export after each request. */
  readonly places: readonly number[];
  /** Requests up to `next` that could not be read. */
  readonly unreadableCount: number;
  /** Position in the export. */
  readonly next: number;
  readonly hasMore: boolean;
}

/** Requests looked at in one call when only some of them are shown. */
const SEARCH_PAGE_SIZE = 200;

/** Calls for one page at most. A page that a filter leaves short says where to go on. */
export const SEARCH_MAX_PAGES = 10;

/**
 * The next `first` requests that pass the filter, in the platform's order. Filters here too: the platform's values are
 * unclear (platform-api.md 2.4), and it may ignore unknown ones. Reads one request beyond the page, or an empty answer,
 * to know if there is more.
 */
export async function readPage(
  read: (query: RequestQuery) => Promise<readonly ExportedRequest[]>,
  start: number,
  first: number,
  filter: RequestFilter,
): Promise<RequestPage> {
  const shown: RequestRecord[] = [];
  const places: number[] = [];
  const isSearch = filter.statuses !== null || filter.window !== null;
  let [position, unreadableCount] = [start, 0];
  const pageUpTo = (hasMore: boolean) => ({ requests: shown, places, unreadableCount, next: position, hasMore });
  for (let page = 0; page < SEARCH_MAX_PAGES; page += 1) {
    const count = isSearch ? SEARCH_PAGE_SIZE : first - shown.length + 1;
    const requests = await read({ skip: position, count });
    if (requests.length === 0) return pageUpTo(false);
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

function isShown(request: RequestRecord, { statuses, assistantName, window }: RequestFilter): boolean {
  const at = request.startedAt ?? request.finishedAt;
  return (
    (statuses === null || statuses.has(request.status)) &&
    (assistantName === null || request.answeredBy === assistantName) &&
    (window === null || (at !== null && isWithin(window, Date.parse(at))))
  );
}
