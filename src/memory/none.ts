import type { AnswerMemory, Recollection } from '../platform/memory.ts';

/** Remembers nothing, but counts the writes, so that equal reads under way can be told from those of before a write. */
export class NoMemory implements AnswerMemory {
  #writes = 0;

  recall(): Recollection {
    return { version: String(this.#writes) };
  }

  keep(): void {}

  async forget(): Promise<void> {
    this.#writes += 1;
  }
}
