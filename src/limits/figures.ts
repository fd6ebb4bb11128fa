import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What an operation has, with every fragment counted wherever it is spread. */
export interface Figures {
  readonly rootFields: number;
  /** Fields at all levels. */
  readonly fields: number;
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
}

type FindFragment = (name: string) => FragmentDefinitionNode | null | undefined;

const NOTHING: Figures = { rootFields: 0, fields: 0, depth: 0, aliases: 0, directives: 0 };

/**
 * Counts operations of one document. Each fragment is looked at once, however often it is spread: fragments that spread
 * others twice, which spread others twice, cost no time. One that spreads itself counts as nothing there: it is refused anyway.
 */
export class DocumentFigures {
  readonly #find: FindFragment;
  readonly #fragments = new Map<string, Figures>();

  constructor(find: FindFragment) {
    this.#find = find;
  }

  static of({ definitions }: DocumentNode): DocumentFigures {
    const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
    return new DocumentFigures((name) => byName.get(name));
  }

  ofOperation({ selectionSet, directives, variableDefinitions }: OperationDefinitionNode): Figures {
    const figures = this.#ofSet(selectionSet);
    const onVariables = variableDefinitions?.map((definition) => definition.directives?.length ?? 0) ?? [];
    const own = onVariables.reduce((sum, count) => sum + count, directives?.length ?? 0);
    return { ...figures, directives: figures.directives + own };
  }

  #ofSet({ selections }: SelectionSetNode): Figures {
    return selections.map((selection) => this.#ofSelection(selection)).reduce(together, NOTHING);
  }

  #ofSelection(selection: SelectionNode): Figures {
    const own = selection.directives?.length ?? 0;
    if (selection.kind === 'Field') {
      const below = selection.selectionSet ? this.#ofSet(selection.selectionSet) : NOTHING;
      return {
        rootFields: 1,
        fields: below.fields + 1,
        depth: below.depth + 1,
        aliases: below.aliases + (selection.alias ? 1 : 0),
        directives: below.directives + own,
      };
    }
    const inside =
      selection.kind === 'InlineFragment'
        ? this.#ofSet(selection.selectionSet)
        : this.#ofFragment(selection.name.value);
    return { ...inside, directives: inside.directives + own };
  }

  #ofFragment(name: string): Figures {
    const known = this.#fragments.get(name);
    if (known) return known;
    this.#fragments.set(name, NOTHING);
    const fragment = this.#find(name);
    const figures = fragment ? this.#ofSet(fragment.selectionSet) : NOTHING;
    const own = fragment?.directives?.length ?? 0;
    const whole = { ...figures, directives: figures.directives + own };
    this.#fragments.set(name, whole);
    return whole;
  }
}

function together(one: Figures, other: Figures): Figures {
  return {
    rootFields: one.rootFields + other.rootFields,
    fields: one.fields + other.fields,
    depth: Math.max(one.depth, other.depth),
    aliases: one.aliases + other.aliases,
    directives: one.directives + other.directives,
  };
}
