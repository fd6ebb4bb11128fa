import { type ASTNode, type DocumentNode, Kind, type NameNode, visit } from 'graphql';
import type { SdlStep } from './assemble.ts';
import { type Naming, rootFieldsOf } from './naming.ts';
import { isRoot, type TypeNode, typesOf } from './types.ts';

/** The contract under other names. Descriptions follow: what they quote is found in the schema. */
export function renamed(naming: Naming): SdlStep {
  return (document) => {
    const inText = textRenamer(document, naming);
    const rename = <Node extends ASTNode & { readonly name: NameNode }>(node: Node): Node => ({
      ...node,
      name: { ...node.name, value: naming.type(node.name.value) },
    });
    const type = (node: TypeNode) => (isRoot(node.name.value) ? withRootFields(node, naming) : rename(node));
    const types = Object.fromEntries(TYPE_KINDS.map((kind) => [kind, { enter: type }]));
    return visit(document, {
      ...types,
      NamedType: rename,
      StringValue: (node, key) => (key === 'description' ? { ...node, value: inText(node.value) } : undefined),
    });
  };
}

const TYPE_KINDS = [
  ...[Kind.OBJECT_TYPE_DEFINITION, Kind.INTERFACE_TYPE_DEFINITION, Kind.UNION_TYPE_DEFINITION],
  ...[Kind.ENUM_TYPE_DEFINITION, Kind.INPUT_OBJECT_TYPE_DEFINITION, Kind.SCALAR_TYPE_DEFINITION],
  ...[Kind.OBJECT_TYPE_EXTENSION, Kind.INTERFACE_TYPE_EXTENSION, Kind.UNION_TYPE_EXTENSION],
  ...[Kind.ENUM_TYPE_EXTENSION, Kind.INPUT_OBJECT_TYPE_EXTENSION, Kind.SCALAR_TYPE_EXTENSION],
];

function withRootFields(node: TypeNode, { rootField }: Naming): TypeNode {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return node;
  const fields = node.fields?.map((field) => ({
    ...field,
    name: { ...field.name, value: rootField(field.name.value) },
  }));
  return { ...node, ...(fields && { fields }) };
}

/** Renames `Type`, `Type.field`, and root fields whose names no other field has, wherever a text quotes them. */
export function textRenamer(document: DocumentNode, naming: Naming): (text: string) => string {
  const types = typesOf(document);
  const others = new Set(types.filter(({ name }) => !isRoot(name.value)).flatMap(memberNames));
  const roots = new Set(types.flatMap(rootFieldsOf).filter((name) => !others.has(name)));
  return (text) =>
    text.replaceAll(/`(\w+)((?:\.\w+)*)`/g, (_quoted, name: string, rest: string) => {
      if (isRoot(name)) return `\`${name}${rest.replace(/\w+/, naming.rootField)}\``;
      const served = roots.has(name) ? naming.rootField(name) : naming.type(name);
      return `\`${served}${rest}\``;
    });
}

function memberNames(type: TypeNode): string[] {
  return 'fields' in type ? (type.fields ?? []).map(({ name }) => name.value) : [];
}
