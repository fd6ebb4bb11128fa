import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';

const fields = Object.values(createSubgraph().getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('_'))
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ at: `${type.name}.${field.name}`, field })));

const applied = (name: string) => {
  const found = fields.flatMap(({ at, field }) =>
    (field.astNode?.directives ?? []).filter((one) => one.name.value === name).map((directive) => ({ at, directive })),
  );
  expect(found.length).toBeGreaterThan(10);
  return found;
};

// `node` and the fields of federation belong to no resolver of ours.
test('exactly the fields that may take a call of their own weigh ten objects', () => {
  const costing = fields.filter(({ field }) => field.extensions.reading?.cost && !String(field.type).endsWith('!'));

  expect(applied('cost').map(({ at }) => at)).toEqual(
    costing.map(({ at }) => at).filter((at) => !/^Query\.(_|node$)/.test(at)),
  );
});

test('exactly the connections with `first` are sized by it', () => {
  const connections = fields.filter(({ field }) => /Connection$/.test(String(field.type)));

  expect(applied('listSize').map(({ at }) => at)).toEqual(connections.map(({ at }) => at));
});
