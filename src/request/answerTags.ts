import { Dependencies } from '../platform/client/cacheTags.ts';

/** Project whose contents are all that the answer to a reference depends on. Null: what the tokens tell of themselves. */
export type OwnProject = string | null;

/** Names of the extensions in the protocol of Apollo Router. */
interface CacheTags {
  readonly apolloCacheTags: readonly string[];
  readonly apolloEntityCacheTags?: readonly (readonly string[])[];
}

/** Tags of an answer, by which routers find what a change makes untrue. */
export class AnswerTags {
  readonly dependencies = new Dependencies();
  #references: readonly (OwnProject | 'all')[] | null = null;
  readonly #lists = new Set<string>();

  /**
   * Takes the references of a list of entities, in order, and its name in the answer. `all`: the entity depends on all that was
   * read for the answer. An operation may run again after its compiled form failed.
   */
  refer(list: string, references: readonly (OwnProject | 'all')[]): void {
    this.#lists.add(list);
    this.#references = references;
  }

  /** True if there are two lists of entities. The protocol tells the tags of one alone. */
  get isAmbiguous(): boolean {
    return this.#lists.size > 1;
  }

  get extensions(): CacheTags {
    const apolloCacheTags = this.dependencies.all;
    if (!this.#references) return { apolloCacheTags };
    const tagsOf = (own: OwnProject | 'all') => (own === 'all' ? apolloCacheTags : this.dependencies.within(own));
    return { apolloCacheTags, apolloEntityCacheTags: this.#references.map(tagsOf) };
  }
}
