import { DIFFERENCES } from './differences.ts';

/** Title of a test that is declared to fail as well, for the proof that one that passes is noticed. */
const ALSO = process.env.APOLLO_SUITE_ALSO_DIFFERS;

/** Observations of the suite, beside what is declared of it. */
class Expectations {
  readonly #differences = new Set(DIFFERENCES.flatMap(({ tests }) => tests));
  readonly #unseen = new Set(this.#differences);
  readonly #leftOut: string[] = [];
  #tests = 0;

  /** True if the test, by the titles around it and its own, is declared to fail. */
  isDifference(titles: readonly string[]): boolean {
    const name = nameOf(titles);
    this.#tests += 1;
    this.#unseen.delete(name);
    return this.#differences.has(name) || name === ALSO;
  }

  /** Takes a group or a test that the suite itself leaves out. */
  leaveOut(titles: readonly string[]): void {
    this.#leftOut.push(nameOf(titles));
  }

  get tests(): number {
    return this.#tests;
  }

  /** Groups and tests that the suite leaves out. */
  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  /** Declared differences that the suite does not have. */
  get unseen(): readonly string[] {
    return [...this.#unseen];
  }
}

/** Titles without the one that is around all. */
function nameOf([, ...titles]: readonly string[]): string {
  return titles.join(' > ');
}

export const suite = new Expectations();
