import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** Size of an operation, with every fragment counted wherever it is spread. */
export interface Figures {
  readonly rootFields: number;
  /** Fields, fragments and values of arguments at all levels. */
  readonly size: number;
  /** Fields that read the schema: its text, or a part of introspection. */
  readonly schemaReads: number;
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
}

const SCHEMA_READS: ReadonlySet<string> = new Set(['sdl', '__schema', '__type']);

type FindFragment = (name: string) => FragmentDefinitionNode | null | undefined;

const NOTHING: Figures = { rootFields: 0, size: 0, schemaReads: 0, depth: 0, aliases: 0, directives: 0 };

/**
 * Measures operations of one document. Visits each fragment once, so that nested spreads cost linear time. A fragment
 * that spreads itself counts as empty there: validation refuses it.
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
        size: below.size + 1 + sizeOfValues(selection.arguments) + sizeOfDirectives(selection.directives),
        schemaReads: below.schemaReads + (SCHEMA_READS.has(selection.name.value) ? 1 : 0),
        depth: below.depth + 1,
        aliases: below.aliases + (selection.alias ? 1 : 0),
        directives: below.directives + own,
      };
    }
    const inside =
      selection.kind === 'InlineFragment'
        ? this.#ofSet(selection.selectionSet)
        : this.#ofFragment(selection.name.value);
    const size = inside.size + 1 + sizeOfDirectives(selection.directives);
    return { ...inside, size, directives: inside.directives + own };
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
    size: one.size + other.size,
    schemaReads: one.schemaReads + other.schemaReads,
    depth: Math.max(one.depth, other.depth),
    aliases: one.aliases + other.aliases,
    directives: one.directives + other.directives,
  };
}

/** Characters that a field or a value has in a document, about. */
const LENGTH_OF_ONE = 16;

/** Characters of a document with its fragments expanded. Work derived from it grows with that. */
export function writtenOutLength(document: DocumentNode): number {
  const figures = DocumentFigures.of(document);
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const size = operations.reduce((sum, operation) => sum + figures.ofOperation(operation).size, 0);
  return Math.max(document.loc?.end ?? 0, LENGTH_OF_ONE * size);
}

function sizeOfDirectives(directives: readonly DirectiveNode[] = []): number {
  return directives.reduce((sum, directive) => sum + 1 + sizeOfValues(directive.arguments), 0);
}

function sizeOfValues(args: readonly Pick<ArgumentNode, 'value'>[] = []): number {
  return args.reduce((sum, { value }) => sum + sizeOfValue(value), 0);
}

/** Lists and objects in a literal are read anew at each place. */
function sizeOfValue(value: ValueNode): number {
  if (value.kind === Kind.LIST) return value.values.reduce((sum, element) => sum + sizeOfValue(element), 1);
  return value.kind === Kind.OBJECT ? 1 + sizeOfValues(value.fields) : 1;
}
