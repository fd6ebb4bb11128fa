/** Platform-api.md section 1.6. */
export type TokenStatus = 'Active' | 'Blocked' | 'Revoked';

/** How much later than it is recorded a change of a token shows, in milliseconds (platform-api.md section 5, trap 13). */
export interface Delays {
  /** Until calls with the token are let in, or refused, by its new status. */
  statusMs: number;
  /** Until the token list shows a new status or a new token. */
  listMs: number;
}

export interface TokenRow {
  /** The bearer secret itself (platform-api.md section 1.5). */
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: TokenStatus;
  readonly timestamp: string;
}

interface Change {
  readonly status: TokenStatus;
  readonly acceptedFrom: number;
  readonly listedFrom: number;
}

/** A project token. Every change keeps the instants from which it counts, so that what is seen depends on the clock alone. */
export class Token {
  readonly id: string;
  readonly name: string;
  readonly timestamp: string;
  description: string | null;
  #status: TokenStatus;
  /** In the order in which they were recorded; never empty. */
  #changes: Change[];

  /** The list shows the token from `listedFrom` (milliseconds of the epoch); calls may use it at once. */
  constructor({ id, name, description, status, timestamp }: TokenRow, listedFrom = 0) {
    this.id = id;
    this.name = name;
    this.description = description;
    this.timestamp = timestamp;
    this.#status = status;
    this.#changes = [{ status, acceptedFrom: 0, listedFrom }];
  }

  /** As recorded last. */
  get status(): TokenStatus {
    return this.#status;
  }

  setStatus(status: TokenStatus, now: number, { statusMs, listMs }: Delays): void {
    const change = { status, acceptedFrom: now + statusMs, listedFrom: now + listMs };
    this.#status = status;
    this.#changes = isPending(change, now) ? [...this.#changes, change] : [change];
  }

  /** Whether a call that presents the token is let in. */
  isAccepted(now: number): boolean {
    return this.#changes.findLast(({ acceptedFrom }) => acceptedFrom <= now)?.status === 'Active';
  }

  /** What the token list shows; undefined while it does not show the token yet. */
  listedStatus(now: number): TokenStatus | undefined {
    return this.#changes.findLast(({ listedFrom }) => listedFrom <= now)?.status;
  }
}

function isPending({ acceptedFrom, listedFrom }: Change, now: number): boolean {
  return acceptedFrom > now || listedFrom > now;
}
