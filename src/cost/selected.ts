import type { FieldNode, GraphQLField, GraphQLObjectType, SelectionSetNode } from 'graphql';
import { leadsToItems } from './connections.ts';
import type { Cost } from './parentScope.ts';
import { type Part, partsOf } from './reading.ts';

/** A field that costs something or has something below, with what is known of it without variables. */
export interface CostedField {
  readonly responseName: string;
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly cost: Cost | undefined;
  /** Selection below, merged over all fields of the response name. */
  readonly sets: readonly SelectionSetNode[];
}

/** Selection on one type at one scope, by response name. */
export class Selected {
  readonly fields: ReadonlyMap<string, readonly FieldNode[]>;
  readonly #type: GraphQLObjectType | null;
  #costed: readonly CostedField[] | undefined;
  #nodes: readonly FieldNode[] | undefined;
  #parts: ReadonlySet<Part> | undefined;
  #selectsItemsTwice: boolean | undefined;

  constructor(type: GraphQLObjectType | null, fields: ReadonlyMap<string, readonly FieldNode[]>) {
    this.#type = type;
    this.fields = fields;
  }

  get nodes(): readonly FieldNode[] {
    this.#nodes ??= [...this.fields.values()].flat();
    return this.#nodes;
  }

  get names(): ReadonlySet<string> {
    return new Set(this.nodes.map(({ name }) => name.value));
  }

  /** Parts of the objects that are read. Without a type, none are known. */
  get parts(): ReadonlySet<Part> {
    this.#parts ??= this.#type ? partsOf(this.#type, this.names) : new Set();
    return this.#parts;
  }

  /** In order of selection. Of what is selected without a type, nothing is known. */
  get costed(): readonly CostedField[] {
    this.#costed ??= [...this.fields].flatMap(([responseName, nodes]) => this.#weigh(responseName, nodes) ?? []);
    return this.#costed;
  }

  /** True if it is a connection, and its items are selected in more than one place: in `nodes` and in `edges`. */
  get selectsItemsTwice(): boolean {
    this.#selectsItemsTwice ??=
      this.#type?.name.endsWith('Connection') === true &&
      this.costed.filter(({ definition: { name } }) => leadsToItems(name)).length > 1;
    return this.#selectsItemsTwice;
  }

  #weigh(responseName: string, nodes: readonly FieldNode[]): CostedField | null {
    const [node] = nodes;
    const definition = node && this.#type?.getFields()[node.name.value];
    if (!definition) return null;
    const cost = definition.extensions.reading?.cost;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return cost || sets.length > 0 ? { responseName, node, definition, cost, sets } : null;
  }
}
