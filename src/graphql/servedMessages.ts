import { defaultFieldResolver, type GraphQLSchema, GraphQLString, getNullableType, isObjectType } from 'graphql';
import type { formatError } from '../errors.ts';

/** Fields of payloads that hold sentences of ours, which may quote names of the contract. */
const SENTENCES: ReadonlySet<string> = new Set(['message', 'reason']);

/** Puts the served names in the sentences of payloads. Does nothing to a schema without prefixes. */
export function serveMessages(schema: GraphQLSchema): GraphQLSchema {
  const { servedText } = schema.extensions;
  if (!servedText) return schema;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!SENTENCES.has(field.name) || getNullableType(field.type) !== GraphQLString) continue;
      const { resolve = defaultFieldResolver } = field;
      field.resolve = (...asked) => {
        const text = resolve(...asked);
        return typeof text === 'string' ? servedText(text) : text;
      };
    }
  }
  return schema;
}

/** The formatter of errors, with the served names in their messages. Words of the caller stand between `"`, and stay. */
export function servedErrors(
  { extensions: { servedText } }: GraphQLSchema,
  format: typeof formatError,
): typeof formatError {
  if (!servedText) return format;
  return (formatted, thrown) => {
    const error = format(formatted, thrown);
    return { ...error, message: servedText(error.message) };
  };
}
