import { type ConstDirectiveNode, Kind, parse } from 'graphql';

/** A node that may have directives. */
export interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** A directive from its text, such as `@tag(name: "public")`. */
export function directive(text: string): ConstDirectiveNode {
  const [definition] = parse(`scalar Carrier ${text}`, { noLocation: true }).definitions;
  const [found] = definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
  if (!found) throw new Error(`No directive: ${text}`);
  return found;
}

/** The node with one more directive. */
export function annotated<Node extends Annotated>(node: Node, added: ConstDirectiveNode): Node {
  return { ...node, directives: [...(node.directives ?? []), added] };
}

export function has({ directives = [] }: Annotated, name: string): boolean {
  return directives.some((one) => one.name.value === name);
}
