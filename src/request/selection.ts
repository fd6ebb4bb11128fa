import {
  type ASTNode,
  BREAK,
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { waysOf } from '../cost/connections.ts';
import { type Part, partsOf } from '../cost/reading.ts';
import { servedType } from '../cost/servedNames.ts';
import { memoize } from '../values/memoize.ts';

/**
 * Names of the fields selected below the field being resolved, so that a resolver reads no more. `path` leads to deeper
 * levels: `selectedFields(info, ['nodes'])` returns the fields of each item of a connection, those in `edges` too. `typeName`
 * skips fragments on other types.
 * Resolves aliases, `@skip` and `@include`.
 */
export function selectedFields(info: GraphQLResolveInfo, path: readonly string[] = [], typeName?: string): Set<string> {
  let nodes: readonly FieldNode[] = info.fieldNodes;
  for (const step of path) nodes = waysOf(step).flatMap((way) => fieldsAt(info, nodes, way, typeName));
  return new Set(subFields(info, nodes, typeName).map((node) => node.name.value));
}

/** The selected fields at the end of a way. */
function fieldsAt(
  info: GraphQLResolveInfo,
  nodes: readonly FieldNode[],
  way: readonly string[],
  typeName: string | undefined,
): readonly FieldNode[] {
  return way.reduce(
    (found, name) => subFields(info, found, typeName).filter((node) => node.name.value === name),
    nodes,
  );
}

/**
 * The parts that the operation reads of objects of a type, below the field being resolved or below `path`. Worked out once per
 * document where no condition decides: a list asks for each of its items.
 */
export function selectedParts(info: GraphQLResolveInfo, type: string, path: readonly string[] = []): ReadonlySet<Part> {
  const typeName = servedType(info.schema, type);
  const [node, ...others] = info.fieldNodes;
  if (!node || others.length > 0 || isConditional(info)) return workOutParts(info, typeName, path);
  const known = partsByPlace(node);
  const place = `${typeName} ${path.join(' ')}`;
  const parts = known.get(place) ?? workOutParts(info, typeName, path);
  known.set(place, parts);
  return parts;
}

const partsByPlace = memoize((_node: FieldNode) => new Map<string, ReadonlySet<Part>>());

function workOutParts(info: GraphQLResolveInfo, typeName: string, path: readonly string[]): ReadonlySet<Part> {
  const type = info.schema.getType(typeName);
  const fields = selectedFields(info, path, path.length === 0 ? typeName : undefined);
  return isObjectType(type) ? partsOf(type, fields) : new Set();
}

const knownConditions = memoize((_operation: OperationDefinitionNode): { found?: boolean } => ({}));

/** True if a directive of the document may decide what is selected. */
function isConditional({ operation, fragments }: GraphQLResolveInfo): boolean {
  const known = knownConditions(operation);
  known.found ??= [operation, ...Object.values(fragments)].some(hasDirective);
  return known.found;
}

function hasDirective(node: ASTNode): boolean {
  let found = false;
  visit(node, {
    Directive: () => {
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** The selected fields below the field being resolved, on objects of `type`, with their arguments and what is below them. */
export function selectedNodes(info: GraphQLResolveInfo, type: string): readonly FieldNode[] {
  const typeName = servedType(info.schema, type);
  const [node, ...others] = info.fieldNodes;
  if (!node || others.length > 0 || isConditional(info)) return subFields(info, info.fieldNodes, typeName);
  const known = nodesByType(node);
  const nodes = known.get(typeName) ?? subFields(info, info.fieldNodes, typeName);
  known.set(typeName, nodes);
  return nodes;
}

/** True if the fields selected on objects of a type, as served, read their record and no more. */
export function selectsRecordOnly(info: GraphQLResolveInfo, typeName: string): boolean {
  const type = info.schema.getType(typeName);
  const fields = isObjectType(type) ? type.getFields() : {};
  return subFields(info, info.fieldNodes, typeName).every(
    ({ name, selectionSet }) => !selectionSet && !fields[name.value]?.extensions.reading?.cost,
  );
}

const nodesByType = memoize((_node: FieldNode) => new Map<string, readonly FieldNode[]>());

function subFields(info: GraphQLResolveInfo, nodes: readonly FieldNode[], typeName: string | undefined): FieldNode[] {
  const found: FieldNode[] = [];
  const spread = new Set<string>();
  for (const node of nodes) if (node.selectionSet) collect(info, node.selectionSet, typeName, found, spread);
  return found;
}

function collect(
  info: GraphQLResolveInfo,
  { selections }: SelectionSetNode,
  typeName: string | undefined,
  found: FieldNode[],
  spread: Set<string>,
): void {
  for (const selection of selections) {
    if (!isIncluded(info, selection)) continue;
    if (selection.kind === 'Field') {
      found.push(selection);
      continue;
    }
    if (selection.kind === 'FragmentSpread') {
      // Once is enough, and fragments that spread others twice would take for ever.
      if (spread.has(selection.name.value)) continue;
      spread.add(selection.name.value);
    }
    const fragment = selection.kind === 'InlineFragment' ? selection : info.fragments[selection.name.value];
    const condition = fragment?.typeCondition?.name.value;
    if (fragment && applies(info, condition, typeName)) collect(info, fragment.selectionSet, typeName, found, spread);
  }
}

/** True if a fragment on `condition` applies to `typeName`: it names the type, or one that the type belongs to. */
function applies({ schema }: GraphQLResolveInfo, condition: string | undefined, typeName: string | undefined): boolean {
  if (typeName === undefined || condition === undefined || condition === typeName) return true;
  const [type, wider] = [schema.getType(typeName), schema.getType(condition)];
  return isObjectType(type) && isAbstractType(wider) && schema.isSubType(wider, type);
}

function isIncluded(info: GraphQLResolveInfo, node: SelectionNode): boolean {
  if (!node.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, info.variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues);
  return skip?.if !== true && include?.if !== false;
}
