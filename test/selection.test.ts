import { buildSchema, type GraphQLFieldResolver, graphql } from 'graphql';
import { describe, expect, test } from 'vitest';
import { selectedFields, selectedNodes } from '../src/request/selection.ts';

const schema = buildSchema(`
  type Query { page(first: Int): Page pet: Pet }
  type Page { nodes: [Animal!]! count: Int }
  type Animal { id: ID name: String owner: Owner }
  type Owner { name: String address: String }
  type Cat { id: ID lives: Int owner: Owner }
  type Dog { id: ID barks: Boolean owner: Owner }
  union Pet = Cat | Dog
`);

/** What the resolver of the root field sees of the operation below it. */
async function seen(document: string, step?: string, typeName?: string, variables: object = {}) {
  let fields: Iterable<string> | undefined;
  const look: GraphQLFieldResolver<unknown, unknown> = (_root, _args, _context, info) => {
    fields = typeName ? selectedNodes(info, typeName).map(({ name }) => name.value) : selectedFields(info, step);
    return null;
  };
  const { errors } = await graphql({
    schema,
    source: document,
    rootValue: {},
    fieldResolver: look,
    variableValues: { ...variables },
  });
  expect(errors).toBeUndefined();
  return [...(fields ?? [])].sort();
}

test.each([
  ['fields as they are', '{ page { count nodes { id } } }', ['count', 'nodes']],
  ['an alias as what it stands for', '{ page { total: count } }', ['count']],
  ['an alias that is named like another field', '{ page { nodes: count } }', ['count']],
  ['a field twice as one', '{ page { count again: count } }', ['count']],
  ['__typename', '{ page { __typename } }', ['__typename']],
  ['what is in a fragment', '{ page { ...Some } } fragment Some on Page { count }', ['count']],
  [
    'what is in a fragment of a fragment',
    '{ page { ...Some } } fragment Some on Page { ...More } fragment More on Page { count }',
    ['count'],
  ],
  ['what is in an inline fragment', '{ page { ... on Page { count } } }', ['count']],
  ['what is in a fragment without a type', '{ page { ... { count } } }', ['count']],
  ['the same field at two places together', '{ page { count } page { nodes { id } } }', ['count', 'nodes']],
])('sees %s', async (_case, document, expected) => {
  expect(await seen(document)).toEqual(expected);
});

test('goes through fragments that spread others twice only once', async () => {
  const fragments = Array.from({ length: 40 }, (_, i) => `fragment F${i} on Page { ...F${i + 1} ...F${i + 1} }`);

  expect(await seen(`{ page { ...F0 } } ${fragments.join(' ')} fragment F40 on Page { count }`)).toEqual(['count']);
});

describe('leaves out', () => {
  test.each([
    ['a skipped field', '{ page { count nodes @skip(if: true) { id } } }'],
    ['a field that is not included', '{ page { count nodes @include(if: false) { id } } }'],
    ['a field that is included and skipped', '{ page { count nodes @include(if: true) @skip(if: true) { id } } }'],
    ['a skipped fragment', '{ page { count ...Some @skip(if: true) } } fragment Some on Page { nodes { id } }'],
    ['a skipped inline fragment', '{ page { count ... @include(if: false) { nodes { id } } } }'],
    ['a field of another alias of the root', '{ other: pet { __typename } page { count } }'],
  ])('%s', async (_case, document) => {
    expect(await seen(document)).toEqual(['count']);
  });
});

test.each([
  [true, ['count', 'nodes']],
  [false, ['count']],
])('a variable decides, as %s', async (wanted, expected) => {
  const included = 'query ($wanted: Boolean!) { page { count nodes @include(if: $wanted) { id } } }';
  const skipped = 'query ($wanted: Boolean!) { page { count nodes @skip(if: $wanted) { id } } }';

  expect(await seen(included, undefined, undefined, { wanted })).toEqual(expected);
  expect(await seen(skipped, undefined, undefined, { wanted: !wanted })).toEqual(expected);
});

test('the default of a variable counts where it is not given', async () => {
  const document = 'query ($wanted: Boolean = false) { page { count nodes @include(if: $wanted) { id } } }';

  expect(await seen(document)).toEqual(['count']);
});

describe('below a step', () => {
  test.each([
    ['its fields', 'nodes', '{ page { count nodes { id owner { name } } } }', ['id', 'owner']],
    ['by the name of the field, not its alias', 'nodes', '{ page { all: nodes { id } } }', ['id']],
    ['not an alias of that name', 'nodes', '{ page { nodes: count } }', []],
    ['every alias together', 'nodes', '{ page { a: nodes { id } b: nodes { name } } }', ['id', 'name']],
    [
      'through fragments at each level',
      'nodes',
      '{ page { ...Some } } fragment Some on Page { nodes { ...One } } fragment One on Animal { name }',
      ['name'],
    ],
    ['nothing where the step is skipped', 'nodes', '{ page { count nodes @skip(if: true) { id } } }', []],
    ['nothing where the step is not selected', 'nodes', '{ page { count } }', []],
  ])('%s', async (_case, step, document, expected) => {
    expect(await seen(document, step)).toEqual(expected);
  });
});

describe('of an abstract type', () => {
  const document = `{ pet { __typename ... on Cat { lives } ...Barking ... { ... on Cat { id } } } }
    fragment Barking on Dog { barks owner { name } }`;

  test('only the fragments of the type that is asked for count', async () => {
    expect(await seen(document, undefined, 'Cat')).toEqual(['__typename', 'id', 'lives']);
    expect(await seen(document, undefined, 'Dog')).toEqual(['__typename', 'barks', 'owner']);
  });

  test('all of them count when no type is asked for', async () => {
    expect(await seen(document)).toEqual(['__typename', 'barks', 'id', 'lives', 'owner']);
  });
});

test('a fragment on a wider type counts with the fields of that object alone', async () => {
  const document = '{ pet { ... on Pet { ... on Cat { lives } ... on Dog { barks } } ... { __typename } } }';

  expect(await seen(document, undefined, 'Cat')).toEqual(['__typename', 'lives']);
});
