import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Names of the fields that the operation reads below the field being resolved, so that a resolver asks upstream for no more.
 * `path` leads to deeper levels: `selectedFields(info, 'nodes')` tells what is read of each node. For an abstract type,
 * `typeName` picks the fragments of one of its types. Aliases count as what they stand for; `@skip` and `@include` are heeded.
 */
export function selectedFields(info: GraphQLResolveInfo, path: readonly string[] = [], typeName?: string): Set<string> {
  let nodes: readonly FieldNode[] = info.fieldNodes;
  for (const step of path) nodes = subFields(info, nodes, typeName).filter((node) => node.name.value === step);
  return new Set(subFields(info, nodes, typeName).map((node) => node.name.value));
}

function subFields(info: GraphQLResolveInfo, nodes: readonly FieldNode[], typeName: string | undefined): FieldNode[] {
  const found: FieldNode[] = [];
  for (const node of nodes) if (node.selectionSet) collect(info, node.selectionSet, typeName, found);
  return found;
}

function collect(
  info: GraphQLResolveInfo,
  { selections }: SelectionSetNode,
  typeName: string | undefined,
  found: FieldNode[],
): void {
  for (const selection of selections) {
    if (!isIncluded(info, selection)) continue;
    if (selection.kind === 'Field') {
      found.push(selection);
      continue;
    }
    const fragment = selection.kind === 'InlineFragment' ? selection : info.fragments[selection.name.value];
    const condition = fragment?.typeCondition?.name.value;
    const applies = typeName === undefined || condition === undefined || condition === typeName;
    if (fragment && applies) collect(info, fragment.selectionSet, typeName, found);
  }
}

function isIncluded(info: GraphQLResolveInfo, node: SelectionNode): boolean {
  if (!node.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, info.variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues);
  return skip?.if !== true && include?.if !== false;
}
