import type { ServerResponse } from 'node:http';
import type { Principal } from '../../access/principal.ts';
import type { CostPlan } from '../../cost/plan.ts';
import type { Pacer } from '../../platform/client/pacer.ts';
import type { RequestFacts } from '../requestFacts.ts';
import type { Services } from '../services.ts';
import type { DocumentHistory } from './documentHistory.ts';
import type { Entrant } from './entrant.ts';
import { Stretches } from './stretches.ts';
import { isLarge, TURN_WEIGHT } from './turns.ts';

/** Work of a request and of a call, in objects of an answer. */
const WEIGHT_OF_REQUEST = 20;
const WEIGHT_OF_CALL = 10;
/** Work of parsing and validating a document, and the characters that take as much as one object more. */
const WEIGHT_OF_DOCUMENT = 100;
const CHARACTERS = 5;

/** Parts of a request that say whose it is. */
interface Sender {
  readonly principal: Principal;
  facts(hasFailed: boolean): RequestFacts;
}

/** A request at the gate: how much work it may be, and who takes a turn with it. */
export class Admission implements Entrant, Pacer {
  readonly #services: Services;
  readonly #sender: Sender;
  readonly #answer: ServerResponse;
  #weight = 0;
  #planned = 0;
  #made = 0;
  #history: DocumentHistory | null = null;
  #hasEntered = false;
  #stretches: Stretches | undefined;

  constructor(services: Services, sender: Sender, answer: ServerResponse) {
    this.#services = services;
    this.#sender = sender;
    this.#answer = answer;
  }

  /** Work that the operation may be, as `weigh` found it. */
  get weight(): number {
    return this.#weight;
  }

  /** True if the operation may be so much work that it is done in stretches. */
  get isLarge(): boolean {
    return isLarge(this.#weight);
  }

  get isAbandoned(): boolean {
    return this.#answer.destroyed;
  }

  /** Waits until a document of so many characters may be read: null if it may be at once. Throws `OVERLOADED`. */
  read(characters: number): Promise<void> | null {
    this.#weight = weightOfDocument(characters);
    return this.#services.gate.enter(this);
  }

  /** Waits before more work on a document: null if it may go on at once. Holds no large request of others back. */
  readOn(characters: number): Promise<void> | null {
    const weight = weightOfDocument(characters);
    return this.#services.gate.resume({ weight, gateKey: this.gateKey, isAbandoned: false });
  }

  /** Throws `OVERLOADED` if not even the lightest request for the document could wait. Planning costs more than that. */
  foresee({ lightest }: DocumentHistory): void {
    this.#weight = lightest;
    this.#services.gate.check(this);
  }

  /** Takes the measure of the operation from its plan. A call that joins one under way costs nothing, by past answers. */
  weigh({ calls, objects }: Pick<CostPlan, 'calls' | 'objects'>, history: DocumentHistory): void {
    this.#planned = calls;
    this.#history = history;
    this.#weight = WEIGHT_OF_REQUEST + objects + calls * history.share * WEIGHT_OF_CALL;
    history.weighed(this.#weight);
  }

  /** Counts a call that was made. */
  countCall(): void {
    this.#made += 1;
  }

  /** Notes that the operation was answered without an error. */
  answered(): void {
    this.#history?.answered(this.#made, this.#planned);
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

  /** Waits for a later turn, whether or not the caller is still there: others may have joined the read. */
  next(weight = TURN_WEIGHT): Promise<void> {
    return this.#services.gate.goOn({ weight, gateKey: this.gateKey, isAbandoned: false });
  }

  /** Work on a large answer. */
  get stretches(): Stretches {
    this.#stretches ??= new Stretches(this.#services.gate, this);
    return this.#stretches;
  }

  /** Key of the caller at the gate. Callers that no call was made for yet share one. */
  get gateKey(): string {
    const mark = this.#sender.facts(true).caller;
    const isKnown = mark !== null && (this.#sender.principal.subject !== null || this.#services.platform.knows(mark));
    return isKnown ? mark : 'stranger';
  }
}

function weightOfDocument(characters: number): number {
  return Math.min(TURN_WEIGHT, WEIGHT_OF_DOCUMENT + characters / CHARACTERS);
}
