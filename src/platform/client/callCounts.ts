/** How often a request needed a route of the platform, by where the answer came from. */
export interface RouteTally {
  /** Attempts sent, retries included. */
  made: number;
  /** Answers that an equal read, already under way, brought along. */
  coalesced: number;
  /** Answers that were still known. */
  remembered: number;
}

/** The platform calls of one request, by route template. Holds nothing that could be a secret. */
export class CallTally {
  readonly #routes = new Map<string, RouteTally>();

  count(route: string, source: keyof RouteTally): void {
    const tally = this.#routes.get(route) ?? { made: 0, coalesced: 0, remembered: 0 };
    tally[source] += 1;
    this.#routes.set(route, tally);
  }

  get byRoute(): ReadonlyMap<string, Readonly<RouteTally>> {
    return this.#routes;
  }
}
