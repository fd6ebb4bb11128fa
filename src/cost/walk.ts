import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
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
import { argumentsOf } from './arguments.ts';
import { type Cardinality, cardinalityOf, ObjectCount, ONE } from './cardinality.ts';
import { leadsToItems, waysOf } from './connections.ts';
import { type CostedField, Selected } from './costedFields.ts';
import { type Circumstances, NOWHERE, type ParentScope, type SelectedField } from './parentScope.ts';
import { type Part, partsOf } from './reading.ts';

export interface WalkOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
  readonly circumstances: Circumstances;
  /** Objects of the answer that are let through, at most. */
  readonly maxObjects: number;
}

/** Place of a field in the answer. */
interface Place {
  /** Response names from the root, joined by dots. */
  readonly path: string;
  /** Set where the same objects may be selected in another place of the operation: the same for all of those places. */
  readonly shared: string | null;
}

/** From the parents of a field to what stands below it. */
interface Step {
  readonly scope: ParentScope;
  readonly next: ParentScope;
  /** References that the field is given. */
  readonly references: number;
  /** Of the parents. */
  readonly cardinality: Cardinality;
}

const ROOT: Place = { path: '', shared: null };

/** Cached selections of a set, by the type that it is on. */
const selectedByType = memoize((_set: SelectionSetNode) => new Map<GraphQLObjectType | null, Selected>());

/** Goes through an operation as the executor will: fragments spread, fields of one response name merged, conditions heeded. */
export class Walk {
  readonly #options: WalkOptions;
  readonly #count: ObjectCount;
  /** Number of selections that directives included or excluded. */
  #conditions = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#count = new ObjectCount(options.maxObjects);
  }

  /** Objects that the answer may hold, at most. */
  get objects(): number {
    return this.#count.objects;
  }

  /** Notes the cost of a whole operation. */
  visitRoot(type: GraphQLObjectType, set: SelectionSetNode): void {
    this.#count.add(1);
    this.#visit(type, [set], NOWHERE, ROOT, ONE);
  }

  /** Notes the cost of all that is selected of `type` at `scope`. */
  #visit(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    scope: ParentScope,
    place: Place,
    cardinality: Cardinality,
  ): void {
    const selected = this.#selectedOf(type, sets);
    for (const costed of selected.costed) {
      const { definition, cost, sets: below } = costed;
      const field = this.#fieldAt(type, costed, place, selected);
      const references = isAbstractType(getNamedType(definition.type)) ? this.#referencesOf(field) : 0;
      const next = cost ? cost(field, scope, this.#options.circumstances) : scope;
      if (!next || below.length === 0) continue;
      this.#visitBelow(field, definition.type, below, { scope, next, references, cardinality });
    }
  }

  /** Objects that a field of an abstract type returns: one for each reference, or one. */
  #referencesOf(field: SelectedField): number {
    const { representations } = field.args() ?? {};
    if (representations !== undefined) return this.#count.addReferences(representations);
    this.#count.add(1);
    return 1;
  }

  #fieldAt(
    type: GraphQLObjectType,
    { responseName, definition, node, sets }: CostedField,
    place: Place,
    selected: Selected,
  ): SelectedField & Place {
    const path = place.path === '' ? responseName : `${place.path}.${responseName}`;
    let given: Record<string, unknown> | null | undefined;
    const args = () => {
      if (given === undefined) given = argumentsOf(definition, node, this.#options.variables);
      return given;
    };
    const shared = this.#sharedPlace(definition.name, args, place, selected);
    return {
      path,
      shared,
      key: `${shared ?? path} of ${type.name}`,
      args,
      names: (step, typeName) => this.#names(sets, step, typeName),
      parts: (step, typeName) => this.#parts(getNamedType(definition.type), sets, step, typeName),
    };
  }

  #sharedPlace(name: string, args: SelectedField['args'], { path, shared }: Place, selected: Selected): string | null {
    if (selected.selectsItemsTwice && leadsToItems(name)) return `${shared ?? path}.*`;
    // An edge stands for its item.
    if (shared === null || (name === 'node' && shared.endsWith('.*'))) return shared;
    return `${shared}.${name} ${this.#options.circumstances.estimator.keyOf(args())}`;
  }

  #visitBelow(
    field: SelectedField & Place,
    type: GraphQLOutputType,
    sets: readonly SelectionSetNode[],
    { scope, next, references, cardinality }: Step,
  ): void {
    const below = getNamedType(type);
    if (isObjectType(below)) {
      const cardinalityBelow = cardinalityOf(field, type, scope, next, cardinality);
      this.#count.add(cardinalityBelow.objects);
      this.#visit(below, sets, next, field, cardinalityBelow);
    }
    for (const [typeName, entities] of next.byType ?? []) {
      const entity = this.#options.schema.getType(typeName);
      if (isObjectType(entity)) this.#visit(entity, sets, entities, field, { objects: references, pageSize: null });
    }
  }

  #names(sets: readonly SelectionSetNode[], step: string | undefined, typeName: string | undefined): Set<string> {
    const type = typeName === undefined ? undefined : this.#options.schema.getType(typeName);
    const on = isObjectType(type) ? type : null;
    if (step === undefined) return new Set(this.#nodes(sets, on).map(({ name }) => name.value));
    const below = waysOf(step).flatMap((way) => way.reduce((at, name) => this.#setsBelow(at, name, on), sets));
    return this.#names(below, undefined, undefined);
  }

  #nodes(sets: readonly SelectionSetNode[], on: GraphQLObjectType | null): FieldNode[] {
    return [...this.#selectedOf(on, sets).fields.values()].flat();
  }

  #setsBelow(
    sets: readonly SelectionSetNode[],
    step: string,
    on: GraphQLObjectType | null,
  ): readonly SelectionSetNode[] {
    return this.#nodes(sets, on).flatMap(({ name, selectionSet }) => (name.value === step && selectionSet) || []);
  }

  #parts(
    type: GraphQLNamedType,
    sets: readonly SelectionSetNode[],
    step: string | undefined,
    typeName: string | undefined,
  ): ReadonlySet<Part> {
    const concrete = typeName === undefined ? type : this.#options.schema.getType(typeName);
    const inner = step !== undefined && isObjectType(concrete) ? concrete.getFields()[step]?.type : concrete;
    const target = inner && getNamedType(inner);
    return isObjectType(target) ? partsOf(target, this.#names(sets, step, typeName)) : new Set();
  }

  /** Selection; without a type, that of every fragment. Computed once per document if no condition decides. */
  #selectedOf(type: GraphQLObjectType | null, sets: readonly SelectionSetNode[]): Selected {
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
}
