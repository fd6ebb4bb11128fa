import { addResolversToSchema } from '@graphql-tools/schema';
import { buildSchema, GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { comparable, compiled, reference } from './engines.ts';

/** Resolvers that do everything that ours do, and everything that goes wrong. A promise settles after `turns` of the loop. */
const later = async <T>(value: T, turns = 1): Promise<T> => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return value;
};
const fails = async (message: string, turns = 1): Promise<never> => {
  await later(null, turns);
  throw new Error(message);
};
const coded = () => new GraphQLError('coded', { extensions: { code: 'RATE_LIMITED' } });

/** Arguments, in no order of their own. */
const written = (args: object) => JSON.stringify(Object.entries(args).sort());

const steps: string[] = [];
const step = async (name: string) => {
  steps.push(name);
  await later(null, 3);
  steps.push(`${name} done`);
  return name;
};

const schema = addResolversToSchema({
  schema: buildSchema(`
    type Query {
      ok: Int items: [Item] strictItems: [Item!] item(id: ID, n: Int! = 3): Item strict: Item! colour: Colour big: Int
      thrown: Int rejected: Int strictRejected: Int! mixed: [Item] things: [Thing] unknownThing: Thing noList: [Item]
      slowlyFailing: [Item] nullsInside: [Item!] nested: [[Int]] echo(text: String = "none", list: [Int!]): String
      any(value: Any): String
    }
    type Mutation { first: String failing: String last: String }
    scalar Any
    enum Colour { RED GREEN }
    union Thing = Item | Other
    type Other { only: Int name: String }
    type Item { name: String! size: Int echo(n: Int! = 3, id: ID): String self: Item }
  `),
  resolvers: {
    Query: {
      ok: () => 1,
      items: () => [{ name: 'a', size: 1 }, null, { name: 'b' }],
      strictItems: () => [later({ name: 'a' }), later({ name: 'b' })],
      item: (_root: unknown, args: object) => ({ name: written(args), size: 2, self: { name: 'me' } }),
      strict: () => null,
      colour: () => 'BLUE',
      big: () => 2 ** 40,
      thrown: () => {
        throw coded();
      },
      rejected: () => fails('rejected'),
      strictRejected: async () => {
        throw coded();
      },
      mixed: () => [{ name: 'a' }, new Error('element'), coded()],
      things: () => [{ __typename: 'Item', name: 'a' }, new Error('element'), { __typename: 'Other', only: 1 }, null],
      unknownThing: () => ({ __typename: 'Nothing' }),
      noList: () => ({}),
      slowlyFailing: () => [fails('late', 5), later({ name: 'a' }), later({ name: 'b' })],
      nullsInside: () => [{ name: null }, { name: 'b' }],
      nested: () => [later([1, 2]), [fails('inside'), later(4)]],
      echo: (_root: unknown, args: object) => written(args),
      any: (_root: unknown, { value }: { value: unknown }) => JSON.stringify(value),
    },
    Mutation: {
      first: () => step('first'),
      failing: () => step('failing').then(() => fails('no')),
      last: () => step('last'),
    },
    Thing: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    Item: { echo: (_item: unknown, args: object) => written(args) },
  },
});

const QUERIES: [document: string, variables?: Record<string, unknown>, operationName?: string][] = [
  ['{ ok items { name size } again: items { __typename self { name } } }'],
  ['{ ok items { name } items { size } ok }'],
  ['{ ok strictItems { name } }'],
  ['{ ok strict { name } }'],
  ['{ ok colour }'],
  ['{ ok big }'],
  ['{ ok thrown rejected other: rejected }'],
  ['{ ok strictRejected }'],
  ['{ mixed { name } ok }'],
  ['{ things { __typename ... on Item { name } ...Other } } fragment Other on Thing { ... on Other { only name } }'],
  ['{ ok unknownThing { __typename } }'],
  ['{ ok noList { name } }'],
  ['{ slowlyFailing { name } }'],
  ['{ ok nullsInside { name } }'],
  ['{ nested }'],
  ['{ __schema { types { name kind fields { name args { name defaultValue } } } } __type(name: "Item") { name } }'],
  ['query A { ok } query B { item { name } }', {}, 'B'],
  ['query ($n: Int! = 7) { item(n: $n) { name echo(n: $n) } }', {}],
  ['query ($n: Int! = 7) { item(n: $n) { name echo(n: $n) } }', { n: 8 }],
  ['query ($n: Int) { item(n: $n) { name echo(n: $n) } }', {}],
  ['query ($n: Int) { item(n: $n) { name echo(n: $n) } ok }', { n: null }],
  ['query ($id: ID) { item(id: $id) { name echo(id: $id) } }', {}],
  ['query ($id: ID) { item(id: $id) { name echo(id: $id) } }', { id: 12 }],
  ['query ($n: Int!) { item(n: $n) { name } }', { n: 'many' }],
  ['query ($n: Int!) { item(n: $n) { name } }', {}],
  ['query ($list: [Int!]) { echo(list: $list) other: echo(text: null, list: 4) }', { list: 5 }],
  ['query ($no: Boolean!) { item { name } item @include(if: $no) { size self { name } } }', { no: false }],
  ['query ($no: Boolean!) { item @skip(if: $no) { ... on Item { size } } item { name } }', { no: true }],
  ['query ($no: Boolean!) { item { ...F ...F @include(if: $no) } } fragment F on Item { name }', { no: false }],
  ['query ($no: Boolean!) { item { ...F @include(if: $no) ...F } } fragment F on Item { name }', { no: false }],
  ['query ($no: Boolean! = true) { a: item { ...F @skip(if: $no) } b: item { ...F } } fragment F on Item { name }', {}],
];

test.each(QUERIES)(
  '%s is executed alike, compiled or not: %j',
  async (document, variables = {}, operationName = undefined) => {
    const execution = { document, variables, ...(operationName === undefined ? {} : { operationName }) };

    expect(comparable(await compiled(schema)(execution))).toEqual(comparable(await reference(schema)(execution)));
  },
);

/** What every object has, or what the executor's own objects may have. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'toJSON',
  'valueOf',
  'then',
  'length',
  '__defineGetter__',
  'data',
  'errors',
];

describe.each(NAMES)('a document that uses the name %s is executed alike', (name) => {
  test.each<[where: string, document: string, variables?: Record<string, unknown>]>([
    ['as an alias', `{ ${name}: ok item { ${name}: name size } items { ${name}: self { ${name}: size } } }`],
    ['as an alias of lists', `{ ${name}: items { name } nested }`],
    ['as a fragment', `{ item { ...${name} ...${name} } } fragment ${name} on Item { name size }`],
    ['as an operation', `query ${name} { ok }`],
    ['as a variable', `query ($${name}: Int) { item(n: $${name}) { echo(n: $${name}) } }`, JSON.parse(`{"${name}":8}`)],
    ['as a variable that is not given', `query ($${name}: ID) { item(id: $${name}) { echo(id: $${name}) } }`, {}],
    ['as a variable with a default', `query ($${name}: Int! = 7) { item(n: $${name}) { echo(n: $${name}) } }`, {}],
    ['as a member of a value', `{ any(value: { ${name}: 1, other: [{ ${name}: 2 }] }) }`],
    [
      'as a member of a variable',
      'query ($v: Any) { any(value: $v) }',
      JSON.parse(`{"v":{"${name}":1,"a":{"${name}":{}}}}`),
    ],
    ['as text', `{ echo(text: "${name}") }`],
  ])('%s', async (_where, document, variables = {}) => {
    const execution = { document, variables };

    expect(comparable(await compiled(schema)(execution))).toEqual(comparable(await reference(schema)(execution)));
  });
});

test('a mutation runs its fields once, and one after the other', async () => {
  const { data, errors } = await compiled(schema)({ document: 'mutation { first failing last }' });

  expect(data).toEqual({ first: 'first', failing: null, last: 'last' });
  expect(errors).toHaveLength(1);
  expect(steps).toEqual(['first', 'first done', 'failing', 'failing done', 'last', 'last done']);
});
