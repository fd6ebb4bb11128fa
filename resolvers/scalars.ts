import { GraphQLScalarType } from 'graphql';

/** Instants leave as the ISO 8601 text that the platform client made of them. No input takes one yet. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: (value) => String(value),
});
