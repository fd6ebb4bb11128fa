import type { OperationFacts } from './operationFacts.ts';

/** Names that are told apart if none are listed. */
const MAX_NAMES = 100;
const NAME = /^[_A-Za-z]\w{0,99}$/;

/** Label of what is no operation that can be read. */
const UNREAD = 'unread';
const ANONYMOUS = 'anonymous';
const OTHER = 'other';

/** Names of operations as labels of metrics: few, whatever callers send. */
export class OperationNames {
  readonly #names: Set<string>;
  readonly #isListed: boolean;

  /** `listed` are the names that are told apart. Empty: the first ones that were answered with data of the platform. */
  constructor(listed: readonly string[]) {
    this.#names = new Set(listed);
    this.#isListed = listed.length > 0;
  }

  labelOf({ type, name, errorCount, calls }: OperationFacts): string {
    if (type === 'unknown') return UNREAD;
    if (name === null) return ANONYMOUS;
    if (this.#names.has(name)) return name;
    // Strangers get no data, so that they cannot fill the names.
    const isKnownCaller = errorCount === 0 && calls.made + calls.coalesced + calls.remembered > 0;
    if (this.#isListed || !isKnownCaller || this.#names.size >= MAX_NAMES || !NAME.test(name)) return OTHER;
    this.#names.add(name);
    return name;
  }
}
