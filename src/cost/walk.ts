import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { argumentsOf } from './arguments.ts';
import { type Cardinality, cardinalityOf, ObjectCount, ONE } from './cardinality.ts';
import { leadsToItems } from './connections.ts';
import { type Circumstances, NOWHERE, type ParentScope, type SelectedField } from './parentScope.ts';
import type { CostedField, Selected } from './selected.ts';
import { type SelectionOptions, Selections } from './selections.ts';

interface WalkOptions extends SelectionOptions {
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

/** Goes through an operation as the executor will, and notes what it costs. */
export class Walk {
  readonly #options: WalkOptions;
  readonly #selections: Selections;
  readonly #count: ObjectCount;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#selections = new Selections(options);
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
    const selected = this.#selections.of(type, sets);
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
      if (given === undefined) given = argumentsOf(definition, node, this.#options.variableValues);
      return given;
    };
    const shared = this.#sharedPlace(definition.name, args, place, selected);
    return {
      path,
      shared,
      key: `${shared ?? path} of ${type.name}`,
      args,
      names: (step) => this.#selections.names(sets, step),
      parts: (step, typeName) => {
        const below = typeName === undefined ? getNamedType(definition.type) : this.#options.schema.getType(typeName);
        return this.#selections.parts(below, sets, step);
      },
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
}
