import {
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parseConstValue,
  parseType,
  type TypeNode,
} from 'graphql';
import type { SdlStep } from './assemble.ts';

const ORDER_FIELD = /^(.+)OrderField$/;

/**
 * Gives `orderBy` to each list of a connection whose items have an enum of the fields that order them: `XOrderField` for
 * `XConnection`. Declares the input `XOrder`, unless it is written by hand.
 */
export const withOrders: SdlStep = (document): DocumentNode => {
  const declared = new Set(
    document.definitions.flatMap((node) => ('name' in node && node.name ? node.name.value : [])),
  );
  const enums = document.definitions.filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION);
  const inputs = new Map<string, InputObjectTypeDefinitionNode>();
  for (const node of enums) {
    const [, item] = ORDER_FIELD.exec(node.name.value) ?? [];
    if (item && !declared.has(`${item}Order`)) inputs.set(`${item}Connection`, inputOf(`${item}Order`, node));
  }
  const definitions = document.definitions.map((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return node;
    return node.fields ? { ...node, fields: node.fields.map((field) => withOrder(field, inputs)) } : node;
  });
  return { ...document, definitions: [...definitions, ...inputs.values()] };
};

function withOrder(
  field: FieldDefinitionNode,
  inputs: ReadonlyMap<string, InputObjectTypeDefinitionNode>,
): FieldDefinitionNode {
  const input = inputs.get(nameOf(field.type));
  if (!input) return field;
  const orderBy = value('orderBy', input.name.value, 'Order of the list. Without it: as `nodes` of the page says.');
  return { ...field, arguments: [...(field.arguments ?? []), orderBy] };
}

function inputOf(name: string, { name: of, values = [] }: EnumTypeDefinitionNode): InputObjectTypeDefinitionNode {
  return {
    kind: Kind.INPUT_OBJECT_TYPE_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    description: { kind: Kind.STRING, value: `Order of a list of \`${name.replace(/Order$/, '')}\`.` },
    fields: [
      value(
        'field',
        `${of.value}!`,
        'Field to order by. Equal items keep an order of their own.',
        values[0]?.name.value,
      ),
      value('direction', 'OrderDirection!', 'Direction of the order.', 'ASC'),
    ],
  };
}

function value(name: string, type: string, description: string, standard?: string): InputValueDefinitionNode {
  return {
    kind: Kind.INPUT_VALUE_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    description: { kind: Kind.STRING, value: description },
    type: parseType(type),
    ...(standard === undefined ? {} : { defaultValue: parseConstValue(standard) }),
  };
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
