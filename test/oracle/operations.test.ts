import fc from 'fast-check';
import { getNamedType, isObjectType, Kind, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import { expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { operations } from './operations.ts';

const schema = createSubgraph();
const pools = {
  _Any: fc.constantFrom({ __typename: 'Project', id: 'a' }, { __typename: 'Nothing', nested: { list: [1, null] } }),
  ID: fc.constant('a'),
};

test('every generated operation is valid', () => {
  fc.assert(
    fc.property(operations(schema, { pools }), ({ document }) => {
      expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('together they ask for every field that queries offer, with every argument', () => {
  const offered = new Set(
    Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__') && isReachable.has(type.name))
      .flatMap((type) =>
        isObjectType(type) ? Object.values(type.getFields()).map((f) => [type.name, f] as const) : [],
      )
      .flatMap(([type, { name, args }]) => [`${type}.${name}`, ...args.map((arg) => `${type}.${name}(${arg.name}:)`)]),
  );
  // As the schema grows, rare fields take more operations.
  for (let seed = 1; seed <= 8 && offered.size > 0; seed += 1) {
    for (const { document } of fc.sample(operations(schema, { pools }), { numRuns: 3000, seed })) {
      for (const asked of coordinatesIn(document)) offered.delete(asked);
    }
  }

  expect([...offered]).toEqual([]);
});

/** Types that can be reached from `Query`. */
const isReachable = new Set<string>();
const waiting = [schema.getQueryType()];
for (let type = waiting.pop(); type; type = waiting.pop()) {
  isReachable.add(type.name);
  const below = Object.values(type.getFields()).map((field) => getNamedType(field.type));
  waiting.push(...below.filter(isObjectType).filter(({ name }) => !isReachable.has(name)));
}

function coordinatesIn(document: string): string[] {
  const types = new TypeInfo(schema);
  const found: string[] = [];
  const visitor = {
    [Kind.FIELD]: () => void found.push(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`),
    [Kind.ARGUMENT]: () => {
      found.push(`${types.getParentType()?.name}.${types.getFieldDef()?.name}(${types.getArgument()?.name}:)`);
    },
  };
  visit(parse(document), visitWithTypeInfo(types, visitor));
  return found;
}
