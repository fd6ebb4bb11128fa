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
import type { Part } from './reading.ts';
import { Selected } from './selected.ts';

/** Facts that decide about the selections of an operation, under the names by which the engine tells resolvers. */
export interface SelectionOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode | undefined>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
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
      const fragment = selection.kind === 'InlineFragment' ? selection : this.#options.fragments[name ?? ''];
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
    const { variableValues } = this.#options;
    try {
      const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
      const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
      return skip?.if !== true && include?.if !== false;
    } catch {
      // A condition that is null fails when it is executed; until then it costs nothing to count the field.
      return true;
    }
  }

  /** Names of the fields selected in these sets, or one step below. */
  names(sets: readonly SelectionSetNode[], step?: string): ReadonlySet<string> {
    return this.of(null, this.#below(sets, step)).names;
  }

  /** Parts that these sets, or those one step below, read of the objects there. `type` is that of the objects which the sets are on. */
  parts(type: GraphQLNamedType | undefined, sets: readonly SelectionSetNode[], step?: string): ReadonlySet<Part> {
    const below = step !== undefined && isObjectType(type) ? getNamedType(type.getFields()[step]?.type) : type;
    return this.of(isObjectType(below) ? below : null, this.#below(sets, step)).parts;
  }

  #below(sets: readonly SelectionSetNode[], step: string | undefined): readonly SelectionSetNode[] {
    if (step === undefined) return sets;
    return waysOf(step).flatMap((way) => way.reduce((at, name) => this.#named(at, name), sets));
  }

  #named(sets: readonly SelectionSetNode[], wanted: string): readonly SelectionSetNode[] {
    return this.of(null, sets).nodes.flatMap(({ name, selectionSet }) => (name.value === wanted && selectionSet) || []);
  }
}
