import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { type ArgumentPools, valuesOf } from './argumentValues.ts';

/** A condition of `@skip` or `@include`, as text or through a variable. */
export interface Condition {
  readonly directive: 'skip' | 'include';
  readonly value: boolean;
  readonly by: 'literal' | 'variable' | 'default';
}

/** How an argument gets its value. `omitted`: through a variable that is declared and not given. */
export interface Given {
  readonly argument: GraphQLArgument;
  readonly value: unknown;
  readonly by: 'literal' | 'variable' | 'default' | 'overriddenDefault' | 'omitted';
}

export interface FieldTree {
  readonly kind: 'field';
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown> | null;
  readonly alias: '' | 'a' | 'b';
  readonly given: readonly Given[];
  readonly condition: Condition | null;
  readonly selections: readonly SelectionTree[];
}

export interface FragmentTree {
  readonly kind: 'fragment';
  readonly isNamed: boolean;
  /** Its type condition. Null: none. */
  readonly on: string | null;
  readonly condition: Condition | null;
  readonly selections: readonly SelectionTree[];
}

export type SelectionTree = FieldTree | FragmentTree;

export interface TreeOptions {
  readonly schema: GraphQLSchema;
  readonly pools: ArgumentPools;
  /** Fields to leave out, as `Type.field`. */
  readonly without: ReadonlySet<string>;
  /** Selections of one level, at most. */
  readonly maxWidth: number;
}

const condition: fc.Arbitrary<Condition | null> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      directive: fc.constantFrom('skip', 'include'),
      value: fc.boolean(),
      by: fc.constantFrom('literal', 'variable', 'default'),
    }),
  },
);

/** Selections of any type of a schema, down to a depth. What each level offers is read from the schema. */
export class SelectionTrees {
  readonly #options: TreeOptions;
  readonly #known = new Map<string, fc.Arbitrary<readonly SelectionTree[]>>();

  constructor(options: TreeOptions) {
    this.#options = options;
  }

  /** One to `maxWidth` selections of a composite type, with `depth` more levels below. */
  of(type: GraphQLNamedType, depth: number): fc.Arbitrary<readonly SelectionTree[]> {
    const key = `${type.name} ${depth}`;
    const known = this.#known.get(key);
    if (known) return known;
    const { maxWidth } = this.#options;
    const made = fc.array(this.#selection(type, depth), { minLength: 1, maxLength: maxWidth, size: 'max' });
    this.#known.set(key, made);
    return made;
  }

  #selection(type: GraphQLNamedType, depth: number): fc.Arbitrary<SelectionTree> {
    const fields = this.#fieldsOf(type);
    const leaves = fields.filter(({ type: of }) => !isCompositeType(getNamedType(of)));
    const links = depth > 0 ? fields.filter(({ type: of }) => isCompositeType(getNamedType(of))) : [];
    // First what is shortest: that is where a failing operation shrinks to.
    return fc.oneof(
      { weight: 1, arbitrary: typeName },
      ...(leaves.length > 0 ? [{ weight: 5, arbitrary: this.#anyOf(leaves, depth) }] : []),
      ...(links.length > 0 ? [{ weight: 7, arbitrary: this.#anyOf(links, depth) }] : []),
      ...(depth > 0 ? [{ weight: isAbstractType(type) ? 12 : 2, arbitrary: this.#fragment(type, depth) }] : []),
    );
  }

  #fieldsOf(type: GraphQLNamedType): GraphQLField<unknown, unknown>[] {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).filter(({ name }) => !this.#options.without.has(`${type.name}.${name}`));
  }

  #anyOf(fields: readonly GraphQLField<unknown, unknown>[], depth: number): fc.Arbitrary<FieldTree> {
    return fc.oneof(...fields.map((field) => this.#field(field, depth)));
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<FieldTree> {
    const type = getNamedType(field.type);
    return fc.record({
      kind: fc.constant('field' as const),
      name: fc.constant(field.name),
      field: fc.constant(field),
      alias: fc.constantFrom('' as const, '' as const, 'a' as const, 'b' as const),
      given: fc
        .tuple(...field.args.map((argument) => this.#argument(argument, field)))
        .map((given) => given.filter((one) => one !== null)),
      condition,
      selections: isCompositeType(type) ? this.of(type, depth - 1) : fc.constant([]),
    });
  }

  #argument(argument: GraphQLArgument, { name }: GraphQLField<unknown, unknown>): fc.Arbitrary<Given | null> {
    const values = valuesOf(this.#options.pools, `${name}.${argument.name}`, argument.type);
    const isRequired = isRequiredArgument(argument);
    const ways = ['literal', 'variable', 'default', 'overriddenDefault'] as const;
    const given: fc.Arbitrary<Given> = fc.record({
      argument: fc.constant(argument),
      value: values,
      by: isRequired ? fc.constantFrom(...ways) : fc.constantFrom(...ways, 'omitted' as const),
    });
    return isRequired ? given : fc.option(given, { freq: 2 });
  }

  /** A fragment on the type itself, on one of its members, or on an abstract type that it belongs to. */
  #fragment(type: GraphQLNamedType, depth: number): fc.Arbitrary<FragmentTree> {
    const { schema } = this.#options;
    const members = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
    const wider = Object.values(schema.getTypeMap())
      .filter(isAbstractType)
      .filter((abstract) => isObjectType(type) && schema.isSubType(abstract, type));
    // Within the fragment one level of fields less: fragments in fragments end, too.
    const inside = (on: GraphQLNamedType) => this.of(on, depth - 1);
    const narrower = members.map((on) => ({ weight: 6, arbitrary: fragmentOf(fc.constant(on.name), inside(on)) }));
    const others = [type, ...wider].map((on) => ({
      weight: 1,
      arbitrary: fragmentOf(fc.constant(on.name), inside(on)),
    }));
    return fc.oneof(...narrower, ...others, {
      weight: 1,
      arbitrary: fragmentOf(fc.constant(null), inside(type), fc.constant(false)),
    });
  }
}

const typeName: fc.Arbitrary<FieldTree> = fc.record({
  kind: fc.constant('field' as const),
  name: fc.constant('__typename'),
  field: fc.constant(null),
  alias: fc.constantFrom('' as const, 'a' as const),
  given: fc.constant([]),
  condition,
  selections: fc.constant([]),
});

function fragmentOf(
  on: fc.Arbitrary<string | null>,
  selections: fc.Arbitrary<readonly SelectionTree[]>,
  isNamed: fc.Arbitrary<boolean> = fc.boolean(),
): fc.Arbitrary<FragmentTree> {
  return fc.record({ kind: fc.constant('fragment' as const), isNamed, on, condition, selections });
}
