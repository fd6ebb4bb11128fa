import type { ServerResponse } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { CostPlan } from '../cost/plan.ts';
import type { Entrant } from './gate.ts';
import type { RequestFacts } from './requestFacts.ts';
import type { Services } from './services.ts';

/** Work of a request and of a call, in objects of an answer. */
const WEIGHT_OF_REQUEST = 20;
const WEIGHT_OF_CALL = 10;

/** Parts of a request that say whose it is. */
interface Sender {
  readonly principal: Principal;
  facts(hasFailed: boolean): RequestFacts;
}

/** A request at the gate: how much work it may be, and who takes a turn with it. */
export class Admission implements Entrant {
  readonly #services: Services;
  readonly #sender: Sender;
  readonly #answer: ServerResponse;
  #weight = 0;
  #hasEntered = false;

  constructor(services: Services, sender: Sender, answer: ServerResponse) {
    this.#services = services;
    this.#sender = sender;
    this.#answer = answer;
  }

  /** Work that the operation may be, as `weigh` found it. */
  get weight(): number {
    return this.#weight;
  }

  get isAbandoned(): boolean {
    return this.#answer.destroyed;
  }

  /** Takes the measure of the operation from its plan. */
  weigh({ calls, objects }: Pick<CostPlan, 'calls' | 'objects'>): void {
    this.#weight = WEIGHT_OF_REQUEST + objects + calls * WEIGHT_OF_CALL;
  }

  /** Waits until the operation may begin: null if it may at once. Throws `OVERLOADED`. */
  enter(): Promise<void> | null {
    if (this.#hasEntered) return null;
    this.#hasEntered = true;
    return this.#services.gate.enter(this);
  }

  /** Waits before more work in one stretch: null if it may go on at once. */
  resume(): Promise<void> | null {
    return this.#services.gate.resume(this);
  }

  /** Key of the caller at the gate. Callers that no call was made for yet share one. */
  get gateKey(): string {
    const mark = this.#sender.facts(true).caller;
    const isKnown = mark !== null && (this.#sender.principal.subject !== null || this.#services.platform.knows(mark));
    return isKnown ? mark : 'stranger';
  }
}
