import fc from 'fast-check';
import {
  type EnumValueNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type NamedTypeNode,
  type ObjectFieldNode,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
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

test('together they ask for all that queries offer: fields, arguments, members of inputs, values of enums, types', () => {
  const offered = new Set([...composites.flatMap(offersOf), ...inputs.flatMap(offersOfInput)]);
  // As the schema grows, rare fields take more operations.
  for (let seed = 1; seed <= 8 && offered.size > 0; seed += 1) {
    for (const { document } of fc.sample(operations(schema, { pools }), { numRuns: 3000, seed })) {
      for (const asked of coordinatesIn(document)) offered.delete(asked);
    }
  }

  expect([...offered]).toEqual([]);
});

type Offering = GraphQLField<unknown, unknown> | GraphQLInputField | GraphQLArgument;

/** The types, and what can be reached from them by `below`. */
function reach(types: readonly GraphQLNamedType[], below: (type: GraphQLNamedType) => readonly Offering[]) {
  const found = new Set<GraphQLNamedType>();
  const waiting = [...types];
  for (let type = waiting.pop(); type; type = waiting.pop()) {
    if (found.has(type)) continue;
    found.add(type);
    waiting.push(...below(type).map((offer) => getNamedType(offer.type)));
    if (isAbstractType(type)) waiting.push(...schema.getPossibleTypes(type));
  }
  return [...found];
}

const fieldsOf = (type: GraphQLNamedType) =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
const composites = reach([schema.getQueryType()!], fieldsOf);
const taken = composites.flatMap(fieldsOf).flatMap(({ args }) => args.map(({ type }) => getNamedType(type)));
const inputs = reach(taken, (type) => (isInputObjectType(type) ? Object.values(type.getFields()) : []));

function offersOf(type: GraphQLNamedType): string[] {
  if (isUnionType(type)) return type.getTypes().map(({ name }) => `... on ${name}`);
  return fieldsOf(type).flatMap(({ name, args }) => [
    `${type.name}.${name}`,
    ...args.map((arg) => `${type.name}.${name}(${arg.name}:)`),
  ]);
}

function offersOfInput(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
  return isInputObjectType(type) ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : [];
}

function coordinatesIn(document: string): string[] {
  const types = new TypeInfo(schema);
  const found: string[] = [];
  const parent = () => types.getParentType()?.name;
  const visitor = {
    [Kind.FIELD]: () => void found.push(`${parent()}.${types.getFieldDef()?.name}`),
    [Kind.ARGUMENT]: () => void found.push(`${parent()}.${types.getFieldDef()?.name}(${types.getArgument()?.name}:)`),
    [Kind.OBJECT_FIELD]: ({ name }: ObjectFieldNode) =>
      void found.push(`${getNamedType(types.getParentInputType())?.name}.${name.value}`),
    [Kind.ENUM]: ({ value }: EnumValueNode) => void found.push(`${getNamedType(types.getInputType())?.name}.${value}`),
    [Kind.NAMED_TYPE]: ({ name }: NamedTypeNode) => void found.push(`... on ${name.value}`),
  };
  visit(parse(document), visitWithTypeInfo(types, visitor));
  return found;
}
