import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
} from 'graphql';

/** A node that may have directives. */
export interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** Definition of a type from its text. */
export function definition(text: string): DefinitionNode {
  const [found] = parse(text, { noLocation: true }).definitions;
  if (!found) throw new Error(`No definition: ${text}`);
  return found;
}

/** Field of a type from its text. */
export function field(text: string): FieldDefinitionNode {
  const carrier = definition(`type Carrier { ${text} }`);
  const [found] = carrier.kind === Kind.OBJECT_TYPE_DEFINITION ? (carrier.fields ?? []) : [];
  if (!found) throw new Error(`No field: ${text}`);
  return found;
}

/** Argument of a field from its text. */
export function argument(text: string): InputValueDefinitionNode {
  const [found] = field(`carrier(${text}): ID`).arguments ?? [];
  if (!found) throw new Error(`No argument: ${text}`);
  return found;
}

/** A directive from its text, such as `@tag(name: "public")`. */
export function directive(text: string): ConstDirectiveNode {
  const [found] = field(`carrier: ID ${text}`).directives ?? [];
  if (!found) throw new Error(`No directive: ${text}`);
  return found;
}

/** Text of the directives of a node. */
export function directivesOf({ directives = [] }: Annotated): string {
  return directives.map(print).join(' ');
}

/** The node with one more directive. */
export function annotated<Node extends Annotated>(node: Node, added: ConstDirectiveNode): Node {
  return { ...node, directives: [...(node.directives ?? []), added] };
}

export function has({ directives = [] }: Annotated, name: string): boolean {
  return directives.some((one) => one.name.value === name);
}
