import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { argumentOf, type Setting } from './examples.ts';

/** Fields from a root type down to one of interest. */
export type Way = readonly { readonly type: GraphQLObjectType; readonly field: GraphQLField<unknown, unknown> }[];

export interface Operation {
  readonly document: string;
  readonly variables: Record<string, unknown>;
}

/** The shortest way to each field of each object type. */
export function waysFrom(roots: readonly GraphQLObjectType[]): Way[] {
  const seen = new Set<GraphQLNamedType>(roots);
  const waiting: { type: GraphQLObjectType; way: Way }[] = roots.map((type) => ({ type, way: [] }));
  const ways: Way[] = [];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    for (const field of Object.values(next.type.getFields())) {
      const way = [...next.way, { type: next.type, field }];
      const below = getNamedType(field.type);
      ways.push(way);
      // What a mutation returns is reached by queries, too.
      if (!isObjectType(below) || seen.has(below) || next.type.name === 'Mutation') continue;
      seen.add(below);
      waiting.push({ type: below, way });
    }
  }
  return ways;
}

/** Selects the last field of a way. Its arguments have the values given; others have their examples where required. */
export function operationAt(
  way: Way,
  setting: Setting,
  given: Readonly<Record<string, unknown>> = {},
  selection = selectionOf(way),
): Operation {
  const variables: Record<string, unknown> = {};
  const definitions: string[] = [];
  const calls = way.map(({ type, field }, depth) => {
    const values = depth === way.length - 1 ? given : {};
    const args = field.args.filter((arg) => arg.name in values || isRequiredArgument(arg));
    const texts = args.map(({ name, type: of }) => {
      definitions.push(`$${name}${depth}: ${of}`);
      variables[`${name}${depth}`] =
        name in values ? values[name] : argumentOf(`${type.name}.${field.name}(${name})`, setting);
      return `${name}: $${name}${depth}`;
    });
    return `${field.name}${texts.length > 0 ? `(${texts.join(', ')})` : ''}`;
  });
  const head = definitions.length > 0 ? ` (${definitions.join(', ')})` : '';
  const kind = way[0]?.type.name === 'Mutation' ? 'mutation' : 'query';
  const body = calls.reduceRight((below, call) => `{ ${call} ${below} }`, selection);
  return { document: `${kind}${head} ${body}`, variables };
}

function selectionOf(way: Way): string {
  if (way[0]?.type.name === 'Mutation') return '{ userErrors { code field message } }';
  return isCompositeType(getNamedType(way.at(-1)!.field.type)) ? '{ __typename }' : '';
}
