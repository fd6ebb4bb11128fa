import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { derived } from '../derived.ts';
import { MAX_PAGE_SIZE } from '../pagination.ts';
import type { Circumstances, Place, SelectedField } from './place.ts';
import { Selected, type Weighty } from './selected.ts';

export interface WalkOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
  readonly circumstances: Circumstances;
}

/** How many objects of one type may stand at one place of the answer, and how many a page of them holds. */
interface Multitude {
  readonly objects: number;
  /** `first` of the connection that the objects are; null when they are none. */
  readonly pageSize: number | null;
}

const ONE: Multitude = { objects: 1, pageSize: null };

/** What is selected in a set by the type that it is on, as far as that is known already. */
const selectedByType = derived((_set: SelectionSetNode) => new Map<GraphQLObjectType | null, Selected>());

/** Goes through an operation as the executor will: fragments spread, fields of one response name merged, conditions heeded. */
export class Walk {
  readonly #options: WalkOptions;
  /** Objects that the answer may hold, at most: the schema goes in circles, so that a short query can ask for any number. */
  objects = 0;
  /** How often something was in or out by its directives. */
  #conditions = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** Notes the cost of all that is selected of `type` at `place`. */
  visit(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    place: Place,
    path: string,
    multitude: Multitude = ONE,
  ): void {
    this.objects += multitude.objects;
    for (const field of this.#selectedOf(type, sets).weighty) {
      const fieldPath = path === '' ? field.responseName : `${path}.${field.responseName}`;
      this.#visitField(type, field, place, fieldPath, multitude);
    }
  }

  #visitField(
    type: GraphQLObjectType,
    { node, definition, cost, sets }: Weighty,
    place: Place,
    path: string,
    multitude: Multitude,
  ): void {
    const below = getNamedType(definition.type);
    let args: Record<string, unknown> | null | undefined;
    const field: SelectedField = {
      path,
      key: `${path} of ${type.name}`,
      args: () => {
        if (args === undefined) args = argumentsOf(definition, node, this.#options.variables);
        return args;
      },
      names: (step, typeName) => this.#names(sets, step, typeName),
    };
    const next = cost ? cost(field, place, this.#options.circumstances) : place;
    if (!next || sets.length === 0) return;
    if (isObjectType(below))
      this.visit(below, sets, next, path, multitudeOf(field, definition.type, place, next, multitude));
    for (const [typeName, entities] of next.byType ?? []) {
      const entity = this.#options.schema.getType(typeName);
      const objects = Math.max(1, representationCount(field));
      if (isAbstractType(below) && isObjectType(entity))
        this.visit(entity, sets, entities, path, { objects, pageSize: null });
    }
  }

  #names(sets: readonly SelectionSetNode[], step: string | undefined, typeName: string | undefined): Set<string> {
    const type = typeName === undefined ? undefined : this.#options.schema.getType(typeName);
    const nodes = [...this.#selectedOf(isObjectType(type) ? type : null, sets).fields.values()].flat();
    if (step === undefined) return new Set(nodes.map(({ name }) => name.value));
    const below = nodes.filter(({ name }) => name.value === step).flatMap(({ selectionSet }) => selectionSet ?? []);
    return this.#names(below, undefined, undefined);
  }

  /** What is selected; without a type, that of every fragment. Worked out once per document where no condition decides. */
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

/** Null for arguments that the executor will refuse. */
function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Record<string, unknown>,
): Record<string, unknown> | null {
  if (definition.args.length === 0) return {};
  try {
    return getArgumentValues(definition, node, variables);
  } catch {
    return null;
  }
}

/** How many of the objects that a field gives may stand below so many parents. */
function multitudeOf(
  field: SelectedField,
  type: GraphQLOutputType,
  place: Place,
  next: Place,
  { objects, pageSize }: Multitude,
): Multitude {
  if (pageSize !== null && isListType(getNullableType(type))) return { objects: objects * pageSize, pageSize: null };
  const first = field.args()?.first;
  if (typeof first === 'number') return { objects, pageSize: Math.min(Math.max(first, 0), MAX_PAGE_SIZE) };
  // Lists of what the caller presented. Other lists hang on one object, and no circle goes through them.
  const grows = isListType(getNullableType(type)) ? Math.max(1, next.count / Math.max(1, place.count)) : 1;
  return { objects: objects * grows, pageSize: null };
}

function representationCount(field: SelectedField): number {
  const representations = field.args()?.representations;
  return Array.isArray(representations) ? representations.length : 1;
}
