import {
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type TypeNode,
} from 'graphql';
import type { SdlStep } from './assemble.ts';
import { definition, directivesOf, field } from './snippets.ts';

const CONNECTION = /^(.+)Connection$/;

/** Gives each connection with `nodes` its `edges`, and declares their type. Both bear the directives of what they stand beside. */
export const withEdges: SdlStep = (document) => ({
  ...document,
  definitions: document.definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) return type;
    const [, item] = CONNECTION.exec(type.name.value) ?? [];
    const nodes = type.fields?.find(({ name }) => name.value === 'nodes');
    const node = nodes && itemOf(nodes.type);
    return item && nodes && node ? connectionWithEdges(type, `${item}Edge`, nodes, node) : type;
  }),
});

function connectionWithEdges(
  connection: ObjectTypeDefinitionNode,
  edge: string,
  nodes: FieldDefinitionNode,
  node: TypeNode,
): DefinitionNode[] {
  const edges = field(`
    "Items of \`nodes\`, in the same order, with their cursors."
    edges: [${edge}!]! ${directivesOf(nodes)}
  `);
  const fields = connection.fields?.flatMap((one) => (one === nodes ? [one, edges] : one)) ?? [];
  const type = definition(`
    "Item of \`${connection.name.value}\` with its cursor."
    type ${edge} ${directivesOf(connection)} {
      "Cursor to pass as \`after\` for the items that follow this one."
      cursor: String!

      "Item."
      node: ${print(node)}
    }
  `);
  return [{ ...connection, fields }, type];
}

/** Type of the items of a list that is never null. */
function itemOf(type: TypeNode): TypeNode | null {
  return type.kind === Kind.NON_NULL_TYPE && type.type.kind === Kind.LIST_TYPE ? type.type.type : null;
}
