import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { argumentOf, inputsOf, type Setting } from './examples.ts';

/** An input of text, as `Type.field` or `Type.field(argument)`, and an operation that has a text there. */
export interface TextPlace {
  readonly where: string;
  readonly isOfMutation: boolean;
  operation(text: string, setting: Setting): { readonly document: string; readonly variables: Record<string, unknown> };
}

type Field = GraphQLField<unknown, unknown>;
/** Fields from a root type down to one that has arguments. */
type Way = readonly { readonly type: GraphQLObjectType; readonly field: Field }[];
/** Where in the value of an argument a text is; null stands for the first element of a list. */
type Path = readonly (string | null)[];

/** Every argument and input field of the schema that takes text, once each. */
export function textPlaces(schema: GraphQLSchema): TextPlace[] {
  const places = new Map<string, TextPlace>();
  for (const way of waysFrom([schema.getQueryType()!, schema.getMutationType()!])) {
    const { type, field } = way.at(-1)!;
    for (const argument of field.args) {
      for (const [name, path] of textsIn(argument.type, [])) {
        const where = name ?? `${type.name}.${field.name}(${argument.name})`;
        if (!places.has(where)) places.set(where, placeAt(where, way, argument.name, path));
      }
    }
  }
  return [...places.values()];
}

/** The shortest way to each field of each object type. */
function waysFrom(roots: readonly GraphQLObjectType[]): Way[] {
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

/** Texts in the value of an argument: the name of the input field, if it is one, and the path. */
function textsIn(of: GraphQLInputType, path: Path, name: string | null = null): [string | null, Path][] {
  const type = getNullableType(of);
  if (isListType(type)) return textsIn(type.ofType, [...path, null], name);
  if (!isInputObjectType(type)) return ['String', 'ID'].includes(getNamedType(type).name) ? [[name, path]] : [];
  return Object.values(type.getFields()).flatMap((field) =>
    textsIn(field.type, [...path, field.name], `${type.name}.${field.name}`),
  );
}

function placeAt(where: string, way: Way, argument: string, path: Path): TextPlace {
  const { type, field } = way[0]!;
  const isOfMutation = type.name === 'Mutation';
  const base = (setting: Setting) => (isOfMutation ? inputFor(field.name, path, setting) : undefined);
  return {
    where,
    isOfMutation,
    operation: (text, setting) => operationAt(way, argument, withText(base(setting), path, text), setting),
  };
}

/** The example that has what the path leads to, if one has. */
function inputFor(mutation: string, [first]: Path, setting: Setting): object | undefined {
  const examples = inputsOf(mutation).map((example) => example(setting));
  return examples.find((example) => (first ?? '') in example) ?? examples[0];
}

function withText(base: unknown, [step, ...rest]: Path, text: string): unknown {
  if (step === undefined) return text;
  if (step === null) return [withText(undefined, rest, text)];
  const known = (base ?? {}) as Record<string, unknown>;
  return { ...known, [step]: withText(known[step], rest, text) };
}

/** Gives the argument of the last field that value, and each other argument its example if it is required. */
function operationAt(way: Way, argument: string, value: unknown, setting: Setting) {
  const variables: Record<string, unknown> = {};
  const definitions: string[] = [];
  const calls = way.map(({ type, field }, depth) => {
    const isTested = (name: string) => depth === way.length - 1 && name === argument;
    const args = field.args.filter((arg) => isTested(arg.name) || isRequiredArgument(arg));
    const given = args.map(({ name, type: of }) => {
      definitions.push(`$${name}${depth}: ${of}`);
      variables[`${name}${depth}`] = isTested(name)
        ? value
        : argumentOf(`${type.name}.${field.name}(${name})`, setting);
      return `${name}: $${name}${depth}`;
    });
    return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`;
  });
  const selection = calls.reduceRight((below, call) => `{ ${call} ${below} }`, selectionOf(way));
  const kind = way[0]?.type.name === 'Mutation' ? 'mutation' : 'query';
  return { document: `${kind} (${definitions.join(', ')}) ${selection}`, variables };
}

function selectionOf(way: Way): string {
  if (way[0]?.type.name === 'Mutation') return '{ userErrors { code field message } }';
  return isCompositeType(getNamedType(way.at(-1)!.field.type)) ? '{ __typename }' : '';
}
