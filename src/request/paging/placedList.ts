import { hash } from 'node:crypto';
import type { PageArguments } from './pagination.ts';

const DIGEST_LENGTH = 8;

/**
 * A list that the platform keeps, whose cursors are places. A place means nothing in another list. So a cursor holds the digest
 * of its parent and arguments, but for those of the page.
 */
export class PlacedList {
  readonly name: string;
  /** Digest of what the list begins with, for cursors that tell it. */
  beginning: string | null = null;
  readonly #parentId: string | undefined;
  readonly #args: PageArguments;
  #digest: string | undefined;

  /** `parent` is the project or organization, known by its record or its key alone; undefined for a list of the platform. */
  constructor(name: string, parent: unknown, args: PageArguments) {
    this.name = name;
    this.#parentId = (parent as { readonly id?: string } | undefined)?.id;
    this.#args = args;
  }

  /** Computed when a cursor is written or read. Another list has the same by chance alone. */
  get digest(): string {
    this.#digest ??= this.#computed();
    return this.#digest;
  }

  #computed(): string {
    const { first: _first, after: _after, ...chosen } = this.#args;
    return hash('sha256', JSON.stringify([this.#parentId, chosen], withoutNulls), 'base64url').slice(0, DIGEST_LENGTH);
  }
}

/** An argument that is null means the same as none. */
function withoutNulls(_name: string, value: unknown): unknown {
  return value === null ? undefined : value;
}
