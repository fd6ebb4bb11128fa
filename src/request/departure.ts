import type { ServerResponse } from 'node:http';
import type { PlatformSession } from '../platform/client/session.ts';
import { toResult } from '../values/result.ts';
import type { Settlement, Settlements } from './settlement.ts';

/**
 * The end of one request, as seen by those who must know whether its answer left. An answer has left once its bytes were handed
 * to the connection while that was open.
 */
export class Departure implements Settlements {
  readonly #answer: ServerResponse;
  readonly #settlements: Settlement[] = [];
  #hasBegun = false;

  constructor(answer: ServerResponse) {
    this.#answer = answer;
    answer.once('close', () => {
      if (!answer.headersSent || !this.#hasBegun) void this.#callOff();
    });
  }

  has(name: string): boolean {
    return this.#settlements.some((settlement) => settlement.name === name);
  }

  add(settlement: Settlement): void {
    this.#settlements.push(settlement);
    if (this.#isImpossible) void toResult(() => settlement.unsent());
  }

  /** Settles everything, in order. Answers with why nothing may be sent, or null. */
  async begin(): Promise<Error | null> {
    this.#hasBegun = true;
    let failure: Error | null = null;
    for (const settlement of this.#settlements) {
      if (failure || this.#isImpossible) break;
      const outcome = await toResult(() => settlement.beforeSending());
      if (outcome instanceof Error) failure = outcome;
    }
    if (failure || this.#isImpossible) await this.#callOff();
    return failure;
  }

  get #isImpossible(): boolean {
    const { destroyed, headersSent, socket } = this.#answer;
    return !headersSent && (destroyed || socket?.destroyed === true);
  }

  async #callOff(): Promise<void> {
    for (const settlement of this.#settlements) await toResult(() => settlement.unsent());
  }
}

/** Ends reads that nobody waits for: the caller left, or the answer did without what was started early. */
export function cancelWhenOver(reply: ServerResponse, session: Pick<PlatformSession, 'cancel'>): void {
  if (reply.destroyed) session.cancel();
  reply.once('close', () => session.cancel());
}
