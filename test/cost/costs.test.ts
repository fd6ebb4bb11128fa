import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { COSTS } from '../../src/cost/costs.ts';
import { FREE_FIELDS_BY_TYPE } from '../../src/cost/freeFields.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';

const fields = Object.values(createSubgraph().getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
const free = Object.entries(FREE_FIELDS_BY_TYPE).flatMap(([type, names]) =>
  names.split(' ').map((name) => `${type}.${name}`),
);

test('every field of the schema is either costed or declared free, and nothing else is', () => {
  expect([...Object.keys(COSTS), ...free].sort()).toEqual(fields.sort());
});
