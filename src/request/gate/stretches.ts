import { abandoned } from '../../errors.ts';
import type { Entrant } from './entrant.ts';
import type { Gate } from './gate.ts';
import { TURN_WEIGHT } from './turns.ts';

/** Objects of an answer that are worked through in one stretch: 1 to 2 ms. */
export const STRETCH = 500;

/** Work on the answer of one large request, in stretches that take turns of the event loop with other requests. */
export class Stretches implements Entrant {
  /** One in a turn: small requests that come meanwhile wait for 1 to 2 ms. */
  readonly weight = TURN_WEIGHT;
  readonly #gate: Gate;
  readonly #request: Entrant;
  /** The present stretch, and the objects that it still has room for. Null before the first wait. */
  #present: Promise<void> | null = null;
  #room = STRETCH;

  constructor(gate: Gate, request: Entrant) {
    this.#gate = gate;
    this.#request = request;
  }

  get gateKey(): string {
    return this.#request.gateKey;
  }

  get isAbandoned(): boolean {
    return this.#request.isAbandoned;
  }

  /** Waits for the stretch that these objects fall into. Null in the first. Rejects once the caller has left. */
  goOn(objects: number): Promise<void> | null {
    if (this.#room <= 0) {
      this.#present = this.next();
      this.#room = STRETCH;
    }
    this.#room -= objects;
    return this.#present;
  }

  /** Waits for the next stretch. Rejects once the caller has left. */
  async next(): Promise<void> {
    if (!this.isAbandoned) await this.#gate.goOn(this);
    if (this.isAbandoned) throw abandoned();
  }
}
