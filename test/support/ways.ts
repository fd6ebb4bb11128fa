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

/** The last field of a way, as `Type.field`. */
export const placeOf = (way: Way) => `${way.at(-1)!.type.name}.${way.at(-1)!.field.name}`;

/** Selects the last field of a way. Its arguments have the values given; others have their examples. */
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
    const texts = field.args.flatMap((arg) => {
      const { name, type: of } = arg;
      const where = `${type.name}.${field.name}(${name})`;
      const value = name in values ? values[name] : argumentOf(where, setting, isRequiredArgument(arg));
      if (value === undefined) return [];
      definitions.push(`$${name}${depth}: ${of}`);
      variables[`${name}${depth}`] = value;
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

/** What an answer has at the end of a way, through the first element of each list. */
// biome-ignore lint/suspicious/noExplicitAny: tests read deep into answers; a wrong path fails the assertion.
export function valueAt(way: Way, data: any): any {
  return way.reduce((value, { field }) => {
    const below = value[field.name];
    return Array.isArray(below) ? below[0] : below;
  }, data);
}
