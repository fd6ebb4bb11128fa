import { type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from 'graphql';
import { argumentsOf } from '../cost/arguments.ts';
import { servedType } from '../cost/servedNames.ts';
import type { ProjectReference } from '../loaders/apiTokens.ts';
import { toResult } from '../values/result.ts';
import type { RequestContext } from './context.ts';
import { selectedNodes } from './selection.ts';

/** Starts reading a field of a project whose key is known, before its resolver is called. */
export type Start = (
  project: ProjectReference,
  args: Readonly<Record<string, unknown>>,
  context: RequestContext,
  info: GraphQLResolveInfo,
) => Promise<unknown>;

/**
 * Starts the reads of selected fields that need only the key of a project, beside the look-up of the project. The
 * loaders keep what was started: the resolvers find it there, failures too. An absent project has then cost each such
 * read once.
 */
export function startReads(
  projects: Iterable<ProjectReference>,
  context: RequestContext,
  info: GraphQLResolveInfo,
): void {
  const type = info.schema.getType(servedType(info.schema, 'Project'));
  const nodes = selectedNodes(info, 'Project');
  if (!isObjectType(type) || !nodes.some((node) => startOf(type, node))) return;
  const start = () => {
    for (const project of projects) for (const node of nodes) startRead(type, node, project, context, info);
  };
  // A caller without an accepted credential pays for one read at a time.
  context.credentials.accepted().then(start, () => undefined);
}

function startOf(type: GraphQLObjectType, { name }: FieldNode): Start | undefined {
  return type.getFields()[name.value]?.extensions.start;
}

function startRead(
  type: GraphQLObjectType,
  node: FieldNode,
  project: ProjectReference,
  context: RequestContext,
  info: GraphQLResolveInfo,
): void {
  const definition = type.getFields()[node.name.value];
  const start = startOf(type, node);
  if (!definition || !start) return;
  const args = argumentsOf(definition, node, info.variableValues);
  const own = { ...info, fieldNodes: [node], returnType: definition.type };
  // The resolver gets the failure too, and reports it.
  if (args) toResult(() => start(project, args, context, own));
}
