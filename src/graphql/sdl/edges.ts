import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parseType,
  type TypeNode,
} from 'graphql';
import type { SdlStep } from './assemble.ts';

const CONNECTION = /^(.+)Connection$/;

/** Gives each connection with `nodes` its `edges`, and declares their type. Both bear the directives of what they stand beside. */
export const withEdges: SdlStep = (document): DocumentNode => ({
  ...document,
  definitions: document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return definition;
    const [, name] = CONNECTION.exec(definition.name.value) ?? [];
    const nodes = definition.fields?.find((field) => field.name.value === 'nodes');
    const node = nodes && itemOf(nodes.type);
    return name && nodes && node ? connectionWithEdges(definition, `${name}Edge`, nodes, node) : definition;
  }),
});

function connectionWithEdges(
  connection: ObjectTypeDefinitionNode,
  edge: string,
  nodes: FieldDefinitionNode,
  node: TypeNode,
): ObjectTypeDefinitionNode[] {
  const edges = field(
    'edges',
    `[${edge}!]!`,
    'Items of `nodes`, in the same order, with their cursors.',
    nodes.directives,
  );
  const fields = connection.fields?.flatMap((one) => (one === nodes ? [one, edges] : one)) ?? [];
  const cursor = field('cursor', 'String!', 'Cursor to pass as `after` for the items that follow this one.');
  return [
    { ...connection, fields },
    {
      kind: Kind.OBJECT_TYPE_DEFINITION,
      name: { kind: Kind.NAME, value: edge },
      description: { kind: Kind.STRING, value: `Item of \`${connection.name.value}\` with its cursor.` },
      directives: connection.directives ?? [],
      fields: [cursor, { ...field('node', 'ID', 'Item.'), type: node }],
    },
  ];
}

function field(
  name: string,
  type: string,
  description: string,
  directives: readonly ConstDirectiveNode[] = [],
): FieldDefinitionNode {
  return {
    kind: Kind.FIELD_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    description: { kind: Kind.STRING, value: description },
    type: parseType(type),
    directives,
  };
}

/** Type of the items of a list that is never null. */
function itemOf(type: TypeNode): TypeNode | null {
  return type.kind === Kind.NON_NULL_TYPE && type.type.kind === Kind.LIST_TYPE ? type.type.type : null;
}
