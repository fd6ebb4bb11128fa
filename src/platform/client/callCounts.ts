/** Number of uses of a route in a request, by the source of the answer. */
interface RouteCounts {
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
  #withheld = 0;

  count(route: string, source: keyof RouteCounts): void {
    const counts = this.#routes.get(route) ?? { made: 0, coalesced: 0, remembered: 0 };
    counts[source] += 1;
    this.#routes.set(route, counts);
  }

  /** Counts a call that was not sent. */
  withhold(): void {
    this.#withheld += 1;
  }

  /** Sums over all routes, and the calls that were not sent. */
  get totals(): Readonly<RouteCounts & { withheld: number }> {
    const total = { made: 0, coalesced: 0, remembered: 0, withheld: this.#withheld };
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
