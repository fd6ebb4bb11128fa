import { type FieldDefinitionNode, type InputValueDefinitionNode, Kind } from 'graphql';
import type { SdlStep } from './assemble.ts';
import type { Audience } from './audience.ts';
import { type DeclaredAudience, reach } from './reach.ts';
import { type Annotated, annotated, directive, has } from './snippets.ts';
import { entitiesOf, isRoot, mapTypes, type TypeNode } from './types.ts';

/**
 * Tags everything with its audience: once on the type where all of it has one. Of entities, root types and types that other
 * subgraphs define too, each field: a tag on the type would be a tag on their fields.
 */
export function tagged(declared: DeclaredAudience): SdlStep {
  return (contract) => {
    const reached = reach(contract, declared);
    const entities = entitiesOf(contract);
    return mapTypes(contract, (type) => {
      const name = type.name.value;
      const own = reached.get(name) ?? 'public';
      const audienceOf = (field: string) => declared(name, field) ?? own;
      const isOthersToo = isRoot(name) || entities.has(name) || has(type, 'shareable') || isInterface(type);
      const isWhole = !('fields' in type) || (type.fields ?? []).every((field) => audienceOf(field.name.value) === own);
      return isWhole && !isOthersToo ? withTag(type, own) : withTaggedFields(type, audienceOf);
    });
  };
}

/** Other subgraphs have types that implement it. */
function isInterface({ kind }: TypeNode): boolean {
  return kind === Kind.INTERFACE_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_EXTENSION;
}

function withTaggedFields(type: TypeNode, audienceOf: (field: string) => Audience): TypeNode {
  if (!('fields' in type) || !type.fields) return type;
  const isInput = type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || type.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION;
  if (isInput) return { ...type, fields: type.fields.map((field) => withTag(field, audienceOf(field.name.value))) };
  return { ...type, fields: type.fields.map((field) => withTaggedArguments(field, audienceOf(field.name.value))) };
}

function withTaggedArguments(field: FieldDefinitionNode, audience: Audience): FieldDefinitionNode {
  const args = field.arguments?.map((argument: InputValueDefinitionNode) => withTag(argument, audience));
  return withTag({ ...field, ...(args && { arguments: args }) }, audience);
}

function withTag<Node extends Annotated>(node: Node, audience: Audience): Node {
  return annotated(node, directive(`@tag(name: "${audience}")`));
}
