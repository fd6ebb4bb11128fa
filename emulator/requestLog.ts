import type { ExportedRequest } from './model.ts';

/** Members that the export can be filtered by; undefined matches everything. */
interface RequestFilter {
  readonly assistant: string | undefined;
  readonly status: string | undefined;
}

/** Filters whose matches are kept, so that paging through a filtered export reads every request once. */
const KEPT_FILTERS = 8;

/** The requests of one project, newest first. Those seeded are made when they are read, not before. */
export class RequestLog {
  readonly #seededCount: number;
  readonly #seededAt: (index: number) => ExportedRequest;
  readonly #matches = new Map<string, readonly number[]>();
  /** All of them, once one was added. */
  #all: ExportedRequest[] | undefined;

  constructor(seededCount = 0, seededAt: (index: number) => ExportedRequest = noRequestAt) {
    this.#seededCount = seededCount;
    this.#seededAt = seededAt;
  }

  page(filter: RequestFilter, skip: number, count: number): ExportedRequest[] {
    if (filter.assistant !== undefined || filter.status !== undefined) {
      return this.#matching(filter)
        .slice(skip, skip + count)
        .map((index) => this.#at(index));
    }
    const length = Math.max(0, Math.min(count, this.#length - skip));
    return Array.from({ length }, (_, index) => this.#at(skip + index));
  }

  /** Puts it where its time belongs; before others of the same time. */
  add(request: ExportedRequest): void {
    const all = this.#all ?? Array.from({ length: this.#seededCount }, (_, index) => this.#seededAt(index));
    const place = all.findIndex(({ timestamp }) => timestamp <= request.timestamp);
    all.splice(place === -1 ? all.length : place, 0, request);
    this.#all = all;
    this.#matches.clear();
  }

  get #length(): number {
    return this.#all?.length ?? this.#seededCount;
  }

  #at(index: number): ExportedRequest {
    return this.#all?.[index] ?? this.#seededAt(index);
  }

  #matching({ assistant, status }: RequestFilter): readonly number[] {
    const key = JSON.stringify([assistant, status]);
    const known = this.#matches.get(key);
    if (known) return known;
    const found: number[] = [];
    for (let index = 0; index < this.#length; index += 1) {
      const request = this.#at(index);
      const isOther = assistant !== undefined && request.assistant !== assistant;
      if (!isOther && (status === undefined || request.status === status)) found.push(index);
    }
    if (this.#matches.size >= KEPT_FILTERS) this.#matches.clear();
    this.#matches.set(key, found);
    return found;
  }
}

function noRequestAt(): never {
  throw new Error('there is no seeded request');
}
