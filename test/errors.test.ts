import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, GraphQLError, parse } from 'graphql';
import { expect, test } from 'vitest';
import { badUserInput, formatError, isUnforeseen } from '../src/errors.ts';

const TYPES = 'type Query { int: Int float: Float flag: Boolean list: [Int!] some: Int! bad: Int }';
const VALUES = {
  int: 3_000_000_000,
  float: 'value-of-the-platform',
  flag: 'value-of-the-platform',
  list: 3_000_000_000,
  some: null,
  bad: () => {
    throw badUserInput('say this');
  },
};

async function failureOf(field: string): Promise<GraphQLError> {
  const schema = makeExecutableSchema({ typeDefs: TYPES });
  const { errors } = await execute({ schema, document: parse(`{ ${field} }`), rootValue: VALUES });
  return errors![0]!;
}

test.each(['int', 'float', 'flag', 'list', 'some'])(
  'a value that is not of the type of `%s` is our fault and is not quoted',
  async (field) => {
    const error = await failureOf(field);
    const shown = formatError({ message: error.message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }, error);

    expect(isUnforeseen(error)).toBe(true);
    expect(shown).toEqual({
      message: 'Internal error. The log has it under the request id.',
      extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false },
    });
  },
);

test('a message for the caller is shown', async () => {
  const error = await failureOf('bad');

  expect(isUnforeseen(error)).toBe(false);
  expect(formatError({ message: error.message, extensions: error.extensions }, error).message).toBe('say this');
});

test('a mistake in a document is shown too, though it has no code of its own', () => {
  const error = new GraphQLError('Cannot query field "x".');

  expect(isUnforeseen(error)).toBe(false);
  expect(
    formatError({ message: error.message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }, error).message,
  ).toBe('Cannot query field "x".');
});
