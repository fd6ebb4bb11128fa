import { defaultFieldResolver, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';

const fields = Object.values(createSubgraph().getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('_'))
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ path: `${type.name}.${field.name}`, field })));

test('every resolver of the schema declares what it reads', () => {
  const undeclared = fields.filter(
    ({ path, field: { resolve, extensions } }) =>
      resolve && resolve !== defaultFieldResolver && !extensions.reading && path !== 'Query._service',
  );

  expect(undeclared.map(({ path }) => path)).toEqual([]);
});
