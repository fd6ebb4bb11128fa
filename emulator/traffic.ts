import type { Credential } from './credentials.ts';

/** Calls of one route under one kind of credential. */
export interface CallCount {
  /** The template, e.g. `GET /v1/organization/project/{id}`; `GET *` for paths that the platform does not have. */
  route: string;
  /** `refused` is a token that is unknown, blocked or revoked; a token out of scope counts under its kind. */
  credential: Credential['kind'];
  count: number;
}

/** Counts platform requests on arrival, and how many are open at once. */
export class Traffic {
  readonly #counts = new Map<string, CallCount>();
  #inFlight = 0;
  #maxInFlight = 0;

  /** Copies, in order of first arrival. */
  counts(): CallCount[] {
    return [...this.#counts.values()].map((entry) => ({ ...entry }));
  }

  maxInFlight(): number {
    return this.#maxInFlight;
  }

  reset(): void {
    this.#counts.clear();
    this.#maxInFlight = this.#inFlight;
  }

  arrived(route: string, credential: Credential['kind']): void {
    const key = `${credential} ${route}`;
    const entry = this.#counts.get(key) ?? { route, credential, count: 0 };
    entry.count += 1;
    this.#counts.set(key, entry);
    this.#inFlight += 1;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
  }

  /** The answer is out, or its connection is gone. */
  left(): void {
    this.#inFlight -= 1;
  }
}
