import type { AnswerCache, Lookup } from '../platform/client/answerCache.ts';
import { Versions } from './versions.ts';

/** Remembers nothing. Counts the changes, which tell equal reads in flight from those of before a change. */
export class NoCache implements AnswerCache {
  readonly #versions = new Versions();

  get(scopes: readonly string[]): Lookup {
    return { version: this.#versions.of(scopes) };
  }

  set(): void {}

  async forget(scope: string): Promise<boolean> {
    this.#versions.change(scope);
    return true;
  }

  async close(scope: string): Promise<boolean> {
    this.#versions.close(scope);
    return true;
  }
}
