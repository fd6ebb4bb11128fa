import { MAX_NAME_LENGTH, nameErrors } from '../../mutations/userErrors.ts';
import type { ApiTokenHandle, Ids } from '../../values/ids.ts';
import { readInstant } from '../../values/instant.ts';
import { readTexts } from '../../values/readTexts.ts';
import { searchable } from '../../values/textSearch.ts';
import { asUuid } from '../../values/uuid.ts';
import { MAX_IDS, MAX_PROJECTS } from './action.ts';
import { type BulkUserError, bulkUserError } from './userErrors.ts';

/** Reads the parts of a selection. Collects every mistake, and returns a stand-in for what is wrong. */
export class InputReader {
  readonly mistakes: BulkUserError[] = [];

  handles(ids: Ids, texts: readonly string[]): ApiTokenHandle[] {
    this.#size('ids', texts.length, MAX_IDS);
    return this.#each('ids', texts, (text) => ids.readApiTokenId(text), 'an `ApiToken.id`');
  }

  organizationId(text: string | null | undefined): string | null {
    if (text == null) return null;
    const id = asUuid(text);
    const field = 'filter.organizationId';
    if (id === null) this.mistakes.push(bulkUserError('INVALID_ID', field, `\`${field}\` is not a UUID.`));
    return id;
  }

  projectIds(texts: readonly string[] | null | undefined): string[] | null {
    if (texts == null) return null;
    this.#size('filter.projectIds', texts.length, MAX_PROJECTS);
    return [...new Set(this.#each('filter.projectIds', texts, asUuid, 'a UUID'))].sort();
  }

  /** Returns the name in its searchable form. */
  name(text: string | null | undefined): string | null {
    if (text == null) return null;
    const field = 'filter.nameContains';
    const name = searchable(text);
    const mistakes = nameErrors(field, text);
    for (const { code, message } of mistakes) {
      if (code === 'REQUIRED' || code === 'INVALID_CHARACTERS') this.mistakes.push(bulkUserError(code, field, message));
      else
        this.mistakes.push(
          bulkUserError('TOO_LONG', field, `\`${field}\` takes ${MAX_NAME_LENGTH} characters at most.`),
        );
    }
    if (mistakes.length === 0 && name.trim() === '') {
      const message = `\`${field}\` has nothing to search for: accents are ignored.`;
      this.mistakes.push(bulkUserError('REQUIRED', field, message));
    }
    return name;
  }

  /** Returns milliseconds since 1970. */
  instant(value: unknown): number | null {
    if (value == null) return null;
    const time = typeof value === 'string' ? readInstant(value) : null;
    if (time !== null) return time;
    const message = '`filter.createdBefore` takes an instant with a zone, such as `2026-01-12T09:15:42Z`.';
    this.mistakes.push(bulkUserError('INVALID_TIME', 'filter.createdBefore', message));
    return null;
  }

  statuses<T extends string>(values: readonly T[] | null | undefined): T[] | null {
    if (values == null) return null;
    this.#size('filter.status', values.length, Number.POSITIVE_INFINITY);
    return [...new Set(values)].sort();
  }

  /** Refuses an empty list: it must not stand for everything. */
  #size(field: string, size: number, max: number): void {
    if (size === 0) this.mistakes.push(bulkUserError('REQUIRED', field, `\`${field}\` is empty.`));
    if (size > max) {
      this.mistakes.push(bulkUserError('TOO_MANY', field, `\`${field}\` has ${size} elements; ${max} at most.`));
    }
  }

  #each<T>(field: string, texts: readonly string[], read: (text: string) => T | null, kind: string): T[] {
    const { values, mistake } = readTexts(field, texts, read, kind);
    if (mistake !== null) this.mistakes.push(bulkUserError('INVALID_ID', field, mistake));
    return values;
  }
}
