import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { memoize } from '../values/memoize.ts';
import { waysOf } from './connections.ts';
import { Selected } from './costedFields.ts';
import { type Part, partsOf } from './reading.ts';

export interface SelectionOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
}

/** Cached selections of a set, by the type that it is on. */
const selectedByType = memoize((_set: SelectionSetNode) => new Map<GraphQLObjectType | null, Selected>());

/** Selections of an operation as the executor reads them: fragments spread, fields of one response name merged, conditions heeded. */
export class Selections {
  readonly #options: SelectionOptions;
  /** Number of selections that directives included or excluded. */
  #conditions = 0;

  constructor(options: SelectionOptions) {
    this.#options = options;
  }

  /** Selection; without a type, that of every fragment. Computed once per document if no condition decides. */
  of(type: GraphQLObjectType | null, sets: readonly SelectionSetNode[]): Selected {
    const [only] = sets;
    const known = only && sets.length === 1 ? selectedByType(only) : null;
    const settled = known?.get(type);
    if (settled) return settled;
    const found = new Map<string, FieldNode[]>();
    const conditions = this.#conditions;
    const spread = new Set<string>();
    for (const set of sets) this.#collect(type, set, spread, found);
    const selected = new Selected(type, found);
    if (this.#conditions === conditions) known?.set(type, selected);
    return selected;
  }

  #collect(
    type: GraphQLObjectType | null,
    { selections }: SelectionSetNode,
    spread: Set<string>,
    found: Map<string, FieldNode[]>,
  ): void {
    for (const selection of selections) {
      if (!this.#isIncluded(selection)) continue;
      if (selection.kind === 'Field') {
        const responseName = (selection.alias ?? selection.name).value;
        const nodes = found.get(responseName);
        if (nodes) nodes.push(selection);
        else found.set(responseName, [selection]);
        continue;
      }
      const name = selection.kind === 'FragmentSpread' ? selection.name.value : null;
      if (name !== null && spread.has(name)) continue;
      if (name !== null) spread.add(name);
      const fragment = selection.kind === 'InlineFragment' ? selection : this.#options.fragments.get(name ?? '');
      if (!fragment || !this.#applies(type, fragment.typeCondition?.name.value)) continue;
      this.#collect(type, fragment.selectionSet, spread, found);
    }
  }

  #applies(type: GraphQLObjectType | null, condition: string | undefined): boolean {
    if (type === null || condition === undefined || condition === type.name) return true;
    const { schema } = this.#options;
    const abstract = schema.getType(condition);
    return isAbstractType(abstract) && schema.isSubType(abstract, type);
  }

  #isIncluded(node: SelectionNode): boolean {
    if (!node.directives?.length) return true;
    this.#conditions += 1;
    const { variables } = this.#options;
    try {
      const skip = getDirectiveValues(GraphQLSkipDirective, node, variables);
      const include = getDirectiveValues(GraphQLIncludeDirective, node, variables);
      return skip?.if !== true && include?.if !== false;
    } catch {
      // A condition that is null fails when it is executed; until then it costs nothing to count the field.
      return true;
    }
  }

  names(sets: readonly SelectionSetNode[], step: string | undefined, typeName: string | undefined): Set<string> {
    const type = typeName === undefined ? undefined : this.#options.schema.getType(typeName);
    const on = isObjectType(type) ? type : null;
    if (step === undefined) return new Set(this.#nodes(sets, on).map(({ name }) => name.value));
    const below = waysOf(step).flatMap((way) => way.reduce((at, name) => this.#setsBelow(at, name, on), sets));
    return this.names(below, undefined, undefined);
  }

  #nodes(sets: readonly SelectionSetNode[], on: GraphQLObjectType | null): FieldNode[] {
    return [...this.of(on, sets).fields.values()].flat();
  }

  #setsBelow(
    sets: readonly SelectionSetNode[],
    step: string,
    on: GraphQLObjectType | null,
  ): readonly SelectionSetNode[] {
    return this.#nodes(sets, on).flatMap(({ name, selectionSet }) => (name.value === step && selectionSet) || []);
  }

  parts(
    type: GraphQLNamedType,
    sets: readonly SelectionSetNode[],
    step: string | undefined,
    typeName: string | undefined,
  ): ReadonlySet<Part> {
    const concrete = typeName === undefined ? type : this.#options.schema.getType(typeName);
    const inner = step !== undefined && isObjectType(concrete) ? concrete.getFields()[step]?.type : concrete;
    const target = inner && getNamedType(inner);
    return isObjectType(target) ? partsOf(target, this.names(sets, step, typeName)) : new Set();
  }
}
