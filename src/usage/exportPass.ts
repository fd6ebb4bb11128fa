import { isDeepStrictEqual } from 'node:util';
import type { ExportedRequest, RequestQuery } from '../platform/resources/requests.ts';
import type { Secret } from '../values/secret.ts';
import { UsageTotals } from './usageTotals.ts';
import { isWithin, type TimeWindow } from './window.ts';

/** Requests asked for in one call. With their texts, which the platform always sends, that is about a megabyte. */
export const PASS_PAGE_SIZE = 500;

/** Calls of one pass at most: they are sequential, and must fit into the deadline of the request. */
export const PASS_MAX_PAGES = 20;

/** Result of one pass over the export of a project for a window. */
export interface UsagePass {
  /** By what the export prints for the token, hashed: see `HashLabel`. Requests without a token are under `null`. */
  readonly byToken: ReadonlyMap<string | null, UsageTotals>;
  /** By the assistant's name. Requests without one are under `null`. */
  readonly byAssistant: ReadonlyMap<string | null, UsageTotals>;
  readonly window: TimeWindow;
  /** True if the export was read to its end, and every request in it was decoded and has a time. */
  readonly isComplete: boolean;
  /**
   * Only when cut: the oldest instant that was read, provided that everything so far came newest first. If the export goes on
   * in that order, all requests since then are counted. ISO 8601.
   */
  readonly coveredSince: string | null;
}

/** A keyed hash of a token's name or value, so that nothing of it is kept. */
export type HashLabel = (label: Secret) => string;

/**
 * Reads the export page by page and sums the requests in the window. The sources promise no order, so a request from
 * before the window does not end it. Only an empty page or the bound does: a short page may be the platform's cap.
 * A page that comes again does too: the installation does not page, and what is beyond stays unknown.
 * Requests that arrive meanwhile can shift others to the next page, where they count twice: the export has no ids.
 */
export async function readUsage(
  read: (query: RequestQuery) => Promise<readonly ExportedRequest[]>,
  window: TimeWindow,
  hashLabel: HashLabel,
): Promise<UsagePass> {
  const found = new Collected(window, hashLabel);
  let last: readonly ExportedRequest[] = [];
  let skip = 0;
  for (let page = 0; page < PASS_MAX_PAGES; page += 1) {
    const requests = await read({ skip, count: PASS_PAGE_SIZE });
    if (requests.length === 0) return found.usage(true);
    if (isDeepStrictEqual(requests, last)) break;
    for (const request of requests) found.add(request);
    last = requests;
    skip += requests.length;
  }
  return found.usage(false);
}

class Collected {
  readonly #byToken = new Map<string | null, UsageTotals>();
  readonly #byAssistant = new Map<string | null, UsageTotals>();
  readonly #window: TimeWindow;
  readonly #hashLabel: HashLabel;
  /** Some requests may lie in the window or not. */
  #hasUnplaced = false;
  #isNewestFirst = true;
  #previous: string | null = null;

  constructor(window: TimeWindow, hashLabel: HashLabel) {
    this.#window = window;
    this.#hashLabel = hashLabel;
  }

  add(request: ExportedRequest): void {
    const at = request && (request.startedAt ?? request.finishedAt);
    if (request === null || at === null) {
      this.#hasUnplaced = true;
      return;
    }
    if (this.#previous !== null && at > this.#previous) this.#isNewestFirst = false;
    this.#previous = at;
    if (!isWithin(this.#window, Date.parse(at))) return;
    const { tokenLabel, answeredBy } = request;
    totalsOf(this.#byToken, tokenLabel && this.#hashLabel(tokenLabel)).add(request, at);
    totalsOf(this.#byAssistant, answeredBy).add(request, at);
  }

  usage(isWhole: boolean): UsagePass {
    const isOrderKnown = this.#isNewestFirst && !this.#hasUnplaced;
    return {
      byToken: this.#byToken,
      byAssistant: this.#byAssistant,
      window: this.#window,
      isComplete: isWhole && !this.#hasUnplaced,
      coveredSince: !isWhole && isOrderKnown ? this.#previous : null,
    };
  }
}

function totalsOf<K>(byKey: Map<K, UsageTotals>, key: K): UsageTotals {
  const known = byKey.get(key);
  if (known) return known;
  const totals = new UsageTotals();
  byKey.set(key, totals);
  return totals;
}
