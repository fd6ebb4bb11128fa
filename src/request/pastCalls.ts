import type { DocumentNode } from 'graphql';
import { memoize } from '../values/memoize.ts';

/** Share of the last answer in the average. */
const WEIGHT_OF_ONE = 0.2;

/** Share of the calls of a document's plans that were made in the last answers. The others were remembered, or joined calls under way. */
export class PastCalls {
  #share = 1;

  get share(): number {
    return this.#share;
  }

  add(made: number, planned: number): void {
    if (planned > 0) this.#share += (Math.min(1, made / planned) - this.#share) * WEIGHT_OF_ONE;
  }
}

/** Past calls of a document, for as long as that is kept. */
export const pastCallsOf = memoize((_document: DocumentNode) => new PastCalls());
