import { type DefinitionNode, type GraphQLSchema, Kind, parse, print, printSchema } from 'graphql';
import { compare } from '../values/compare.ts';

/** Schema for callers, without the additions of federation. Types by name, so that a new one moves no other. */
export function apiSchema(schema: GraphQLSchema): string {
  const definitions = parse(printSchema(schema), { noLocation: true }).definitions.flatMap(asked);
  return `${print({ kind: Kind.DOCUMENT, definitions: definitions.sort(byName) })}\n`;
}

/** Names of federation: `_Any`, `_entities`, `link__Import`. */
const OF_FEDERATION = /^_|^(link|federation)__/;

function asked(definition: DefinitionNode): DefinitionNode[] {
  if (definition.kind === Kind.DIRECTIVE_DEFINITION || OF_FEDERATION.test(nameOf(definition))) return [];
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [definition];
  return [{ ...definition, fields: (definition.fields ?? []).filter(({ name }) => !OF_FEDERATION.test(name.value)) }];
}

function byName(one: DefinitionNode, other: DefinitionNode): number {
  return compare(nameOf(one), nameOf(other));
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : '';
}
