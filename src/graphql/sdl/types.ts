import {
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode as TypeReference,
} from 'graphql';

/** Definition or extension of a type. */
export type TypeNode = TypeDefinitionNode | TypeExtensionNode;

export function typesOf({ definitions }: DocumentNode): TypeNode[] {
  return definitions.filter(isType);
}

function isType(node: DocumentNode['definitions'][number]): node is TypeNode {
  return isTypeDefinitionNode(node) || isTypeExtensionNode(node);
}

const ROOTS = ['Query', 'Mutation'];

/** True for a type whose fields are root fields, which keeps its name. */
export function isRoot(typeName: string): boolean {
  return ROOTS.includes(typeName);
}

/** Names of the types that have a key. */
export function entitiesOf(contract: DocumentNode): ReadonlySet<string> {
  const keyed = typesOf(contract).filter(({ directives = [] }) => directives.some(({ name }) => name.value === 'key'));
  return new Set(keyed.map(({ name }) => name.value));
}

/** Name of a type without its lists and signs of non-null. */
export function namedIn(type: TypeReference): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedIn(type.type);
}

/** The contract with a change in each definition and extension of a type. */
export function mapTypes(contract: DocumentNode, change: (type: TypeNode) => TypeNode): DocumentNode {
  return { ...contract, definitions: contract.definitions.map((node) => (isType(node) ? change(node) : node)) };
}

/** The contract with a change in each field of an object type. */
export function mapFields(
  contract: DocumentNode,
  change: (field: FieldDefinitionNode, typeName: string) => FieldDefinitionNode,
): DocumentNode {
  return mapTypes(contract, (type) => {
    const isObject = type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.OBJECT_TYPE_EXTENSION;
    if (!isObject || !type.fields) return type;
    return { ...type, fields: type.fields.map((field) => change(field, type.name.value)) };
  });
}
