import type { AnswerMemory, Recollection } from '../platform/client/answerCache.ts';
import { Versions } from './versions.ts';

/** Remembers nothing, but counts the changes, so that equal reads under way can be told from those of before a change. */
export class NoMemory implements AnswerMemory {
  readonly #versions = new Versions();

  recall(scopes: readonly string[]): Recollection {
    return { version: this.#versions.of(scopes) };
  }

  keep(): void {}

  async forget(scope: string): Promise<boolean> {
    this.#versions.change(scope);
    return true;
  }

  async close(scope: string): Promise<boolean> {
    this.#versions.close(scope);
    return true;
  }
}
