/** Number of uses of a route in a request, by the source of the answer. */
export interface RouteCounts {
  /** Attempts sent, retries included. */
  made: number;
  /** Answers that an equal read, already under way, brought along. */
  coalesced: number;
  /** Answers that were still known. */
  remembered: number;
}

/** The platform calls of one request, by route template. Holds nothing that could be a secret. */
export class CallCounts {
  readonly #routes = new Map<string, RouteCounts>();

  count(route: string, source: keyof RouteCounts): void {
    const counts = this.#routes.get(route) ?? { made: 0, coalesced: 0, remembered: 0 };
    counts[source] += 1;
    this.#routes.set(route, counts);
  }

  /** Sums over all routes. */
  get totals(): Readonly<RouteCounts> {
    const total = { made: 0, coalesced: 0, remembered: 0 };
    for (const { made, coalesced, remembered } of this.#routes.values()) {
      total.made += made;
      total.coalesced += coalesced;
      total.remembered += remembered;
    }
    return total;
  }

  get byRoute(): ReadonlyMap<string, Readonly<RouteCounts>> {
    return this.#routes;
  }
}
