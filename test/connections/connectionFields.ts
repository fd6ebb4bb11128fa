import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { createSubgraph } from '../../src/graphql/schema.ts';

/** A field that is a connection, by the place in the schema where it is. */
export interface ConnectionField {
  readonly at: string;
  readonly name: string;
  readonly parent: string;
  readonly field: GraphQLField<unknown, unknown>;
}

const schema = createSubgraph();

/** Every field of the schema that is a connection. */
export const connectionFields: readonly ConnectionField[] = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
      .map((field) => ({ at: `${type.name}.${field.name}`, name: field.name, parent: type.name, field })),
  );

/** All plain fields of the items of a connection, and the project that each is of, as a selection. */
export function itemFields({ field }: ConnectionField): string {
  const connection = getNamedType(field.type) as GraphQLObjectType;
  const item = getNamedType(connection.getFields().nodes!.type) as GraphQLObjectType;
  const fields = Object.values(item.getFields());
  const plain = fields.filter(({ type, args }) => isLeafType(getNamedType(type)) && !args.some(isRequiredArgument));
  const links = fields.filter(({ name }) => name === 'project').map(({ name }) => `${name} { id }`);
  return [...plain.map(({ name }) => name), ...links].join(' ');
}

/** Fields that a connection can be ordered by. */
export function orderFields({ field }: ConnectionField): string[] {
  const input = field.args.find(({ name }) => name === 'orderBy')?.type;
  const type = isInputObjectType(input) ? getNamedType(input.getFields().field!.type) : null;
  return isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
}
