import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Credential } from './credentials.ts';

/** Calls of one route under one kind of credential. */
export interface CallCount {
  /** The template, e.g. `GET /v1/organization/project/{id}`; `GET *` for paths that the platform does not have. */
  route: string;
  /** `refused` is a token that is unknown, blocked or revoked; a token out of scope counts under its kind. */
  credential: Credential['kind'];
  count: number;
}

/** Time without an arrival, after which nothing more of what was sent together is expected. Milliseconds. */
const QUIET_MS = 20;
/** Turns of the event loop beside: after a pause of the machine, time has passed and what arrived meanwhile was not read yet. */
const QUIET_TURNS = 10;

/** Counts platform requests on arrival, how many are open at once, and how many of an organization came one after the other. */
export class Traffic {
  readonly #counts = new Map<string, CallCount>();
  #arrivals = 0;
  #inFlight = 0;
  #maxInFlight = 0;
  /** Per organization, the longest chain of answered calls of which each came after the one before was answered. */
  readonly #chains = new Map<string | null, number>();

  /** Copies, in order of first arrival. */
  counts(): CallCount[] {
    return [...this.#counts.values()].map((entry) => ({ ...entry }));
  }

  maxInFlight(): number {
    return this.#maxInFlight;
  }

  /** Calls that waited for each other: what it takes in round trips, whatever was done beside, summed over organizations. */
  roundTrips(): number {
    return [...this.#chains.values()].reduce((sum, length) => sum + length, 0);
  }

  reset(): void {
    this.#counts.clear();
    this.#chains.clear();
    this.#maxInFlight = this.#inFlight;
  }

  /** Resolves when no call has arrived for a while. */
  async quiet(): Promise<void> {
    for (let seen: number | null = null; seen !== this.#arrivals; ) {
      seen = this.#arrivals;
      await setTimeout(QUIET_MS, undefined, { ref: false });
      for (let turn = 0; turn < QUIET_TURNS; turn += 1) await setImmediate();
    }
  }

  /** Answers what to call when the answer is out, or its connection is gone. */
  arrived(route: string, credential: Credential): () => void {
    const { kind } = credential;
    const key = `${kind} ${route}`;
    const entry = this.#counts.get(key) ?? { route, credential: kind, count: 0 };
    entry.count += 1;
    this.#counts.set(key, entry);
    this.#arrivals += 1;
    this.#inFlight += 1;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
    const organizationId = organizationOf(credential);
    const chain = (this.#chains.get(organizationId) ?? 0) + 1;
    return () => {
      this.#inFlight -= 1;
      this.#chains.set(organizationId, Math.max(chain, this.#chains.get(organizationId) ?? 0));
    };
  }
}

/** Null for who is nobody: those count as one. */
function organizationOf(credential: Credential): string | null {
  switch (credential.kind) {
    case 'organization':
      return credential.organization.id;
    case 'project':
      return credential.project.organization.id;
    case 'oauth':
      return credential.user.organization.id;
    default:
      return null;
  }
}
