import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { inputsOf, type Setting } from './examples.ts';
import { type Operation, operationAt, type Way, waysFrom } from './ways.ts';

/** An input of text, as `Type.field` or `Type.field(argument)`, and an operation that has a text there. */
export interface TextPlace {
  readonly where: string;
  readonly isOfMutation: boolean;
  operation(text: string, setting: Setting): Operation;
}

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
    operation: (text, setting) => operationAt(way, setting, { [argument]: withText(base(setting), path, text) }),
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
