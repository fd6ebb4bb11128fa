import type { DocumentNode } from 'graphql';
import { memoize } from '../../values/memoize.ts';

/** Share of the last answer in the average. */
const SHARE_OF_LAST = 0.2;

/** Past requests for a document. */
export class DocumentHistory {
  #share = 1;
  #lightest = 0;

  /** Share of planned calls that were made in the last answers. The others were remembered, or joined calls under way. */
  get share(): number {
    return this.#share;
  }

  /** Weight of the lightest request so far. Zero before the first. */
  get lightest(): number {
    return this.#lightest;
  }

  weighed(weight: number): void {
    this.#lightest = this.#lightest === 0 ? weight : Math.min(this.#lightest, weight);
  }

  answered(made: number, planned: number): void {
    if (planned > 0) this.#share += (Math.min(1, made / planned) - this.#share) * SHARE_OF_LAST;
  }
}

/** History of a document, for as long as that is kept. */
export const historyOf = memoize((_document: DocumentNode) => new DocumentHistory());
