import { type DefinitionNode, type EnumTypeDefinitionNode, Kind } from 'graphql';
import type { SdlStep } from './assemble.ts';
import { argument, definition } from './snippets.ts';
import { mapFields, namedIn, typesOf } from './types.ts';

const ORDER_FIELD = /^(.+)OrderField$/;

/**
 * Gives `orderBy` to each list of a connection whose items have an enum of the fields that order them: `XOrderField` for
 * `XConnection`. Declares the input `XOrder`, unless it is written by hand.
 */
export const withOrders: SdlStep = (document) => {
  const declared = new Set(typesOf(document).map(({ name }) => name.value));
  const ordered = new Set<string>();
  const inputs: DefinitionNode[] = [];
  for (const type of typesOf(document)) {
    const [, item] = ORDER_FIELD.exec(type.name.value) ?? [];
    if (!item || type.kind !== Kind.ENUM_TYPE_DEFINITION || declared.has(`${item}Order`)) continue;
    ordered.add(`${item}Connection`);
    inputs.push(inputOf(item, type));
  }
  const { definitions } = mapFields(document, (field) => {
    const connection = namedIn(field.type);
    if (!ordered.has(connection)) return field;
    return { ...field, arguments: [...(field.arguments ?? []), orderBy(connection.replace(/Connection$/, ''))] };
  });
  return { ...document, definitions: [...definitions, ...inputs] };
};

function orderBy(item: string) {
  return argument(`"Order of the list. Without it: as \`nodes\` of the page says." orderBy: ${item}Order`);
}

function inputOf(item: string, { name, values = [] }: EnumTypeDefinitionNode): DefinitionNode {
  return definition(`
    "Order of a list of \`${item}\`."
    input ${item}Order {
      "Field to order by. Items that are equal in it have a fixed order."
      field: ${name.value}! = ${values[0]?.name.value}

      "Direction of the order."
      direction: OrderDirection! = ASC
    }
  `);
}
