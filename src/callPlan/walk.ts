import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { COSTS } from './costs.ts';
import type { Circumstances, Place, SelectedField } from './place.ts';

export interface WalkOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
  readonly circumstances: Circumstances;
}

/** Goes through an operation as the executor will: fragments spread, fields of one response name merged, conditions heeded. */
export class Walk {
  readonly #options: WalkOptions;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** Notes the cost of all that is selected of `type` at `place`. */
  visit(type: GraphQLObjectType, sets: readonly SelectionSetNode[], place: Place, path: string): void {
    for (const [responseName, nodes] of this.#fieldsOf(type, sets)) {
      const [first] = nodes;
      if (!first || first.name.value.startsWith('__')) continue;
      const fieldPath = path === '' ? responseName : `${path}.${responseName}`;
      this.#visitField(type, first, nodes, place, fieldPath);
    }
  }

  #visitField(
    type: GraphQLObjectType,
    first: FieldNode,
    nodes: readonly FieldNode[],
    place: Place,
    path: string,
  ): void {
    const definition = type.getFields()[first.name.value];
    if (!definition) return;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const below = getNamedType(definition.type);
    const field: SelectedField = {
      path,
      key: `${path} of ${type.name}`,
      args: () => {
        try {
          return getArgumentValues(definition, first, this.#options.variables);
        } catch {
          return null;
        }
      },
      names: (step, typeName) => this.#names(sets, step, typeName),
    };
    const cost = COSTS[`${type.name}.${definition.name}`];
    const next = cost ? cost(field, place, this.#options.circumstances) : place;
    if (!next || sets.length === 0) return;
    if (isObjectType(below)) this.visit(below, sets, next, path);
    for (const [typeName, entities] of next.byType ?? []) {
      const entity = this.#options.schema.getType(typeName);
      if (isAbstractType(below) && isObjectType(entity)) this.visit(entity, sets, entities, path);
    }
  }

  #names(sets: readonly SelectionSetNode[], step: string | undefined, typeName: string | undefined): Set<string> {
    const type = typeName === undefined ? undefined : this.#options.schema.getType(typeName);
    const nodes = [...this.#fieldsOf(isObjectType(type) ? type : null, sets).values()].flat();
    if (step === undefined) return new Set(nodes.map(({ name }) => name.value));
    const below = nodes.filter(({ name }) => name.value === step).flatMap(({ selectionSet }) => selectionSet ?? []);
    return this.#names(below, undefined, undefined);
  }

  /** Fields by response name. Without a type, those of every fragment. */
  #fieldsOf(type: GraphQLObjectType | null, sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> {
    const found = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const set of sets) this.#collect(type, set, spread, found);
    return found;
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
