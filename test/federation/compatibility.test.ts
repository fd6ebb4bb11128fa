import type { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, stripIgnoredCharacters } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApolloServer } from '../../src/graphql/apolloServer.ts';
import { DEFAULT_LIMITS } from '../../src/limits/limits.ts';
import type { RequestContext } from '../../src/request/context.ts';

/**
 * A schema with everything that federation has, under the rules of this graph. Apollo's checks of compatibility ask such a schema; its own
 * runner takes Docker.
 */
const SDL = `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@composeDirective", "@external", "@inaccessible", "@interfaceObject", "@key", "@override", "@provides",
        "@requires", "@shareable", "@tag"]
    )
    @link(url: "https://company.test/owned/v1.0", import: ["@owned"])
    @composeDirective(name: "@owned")
  directive @owned(by: String!) on OBJECT
  type Query { part(id: ID!): Part order(id: ID!): Order @deprecated(reason: "Use parts.") }
  type Part @owned(by: "parts") @key(fields: "id") @key(fields: "sku maker") @key(fields: "sku model { id }") {
    id: ID! sku: String maker: String model: Model size: Size @shareable
    weight: Int @tag(name: "internal") stock: Int @override(from: "warehouse")
    seller: Seller @provides(fields: "orders")
  }
  type Model { id: ID! }
  type Size @shareable { width: Int @tag(name: "internal") depth: Int @inaccessible }
  type Seller @key(fields: "email") {
    email: ID! orders: Int @external years: Int @external ordersByYear: Int @requires(fields: "orders years")
  }
  type Store @interfaceObject @key(fields: "id") { id: ID! parts: [Part!]! }
  type Order @key(fields: "part { id } number") { number: ID! part: Part! note: String }
`;

const PART = {
  id: '1',
  sku: 'bolt',
  maker: 'acme',
  model: { id: 'm8' },
  size: { width: 8, depth: 2 },
  weight: 3,
  stock: 9,
};

interface Reference {
  readonly [field: string]: unknown;
}

const isPart = ({ id, sku, maker, model }: Reference & { model?: Reference }) =>
  id === PART.id || (sku === PART.sku && (maker === PART.maker || model?.id === PART.model.id));

const resolvers = {
  Query: { part: () => PART },
  Part: {
    __resolveReference: (reference: Reference) => (isPart(reference) ? PART : null),
    seller: () => ({ email: 'ana@company.test', orders: 12 }),
  },
  Seller: {
    __resolveReference: (reference: Reference) => reference,
    ordersByYear: ({ orders, years }: Reference) => Math.round(Number(orders) / Number(years)),
  },
  Store: { __resolveReference: (reference: Reference) => reference, parts: () => [PART] },
  Order: { __resolveReference: ({ part, number }: Reference) => ({ part, number, note: `order ${number}` }) },
};

let server: ApolloServer<RequestContext>;
let sdl: string;

beforeAll(async () => {
  server = createApolloServer({
    schema: buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers: resolvers as never }]),
    ...{ introspection: false, log: pino({ level: 'silent' }), limits: DEFAULT_LIMITS },
    ...{ redis: null, trusted: null, plugins: [] },
  });
  sdl = stripIgnoredCharacters(String((await ask('{ _service { sdl } }')).data._service.sdl));
});
afterAll(() => server.stop());

// biome-ignore lint/suspicious/noExplicitAny: tests read deep into answers; a wrong path fails the assertion.
async function ask(query: string, variables: Record<string, unknown> = {}): Promise<any> {
  const { body } = await server.executeOperation({ query, variables }, { contextValue: {} as RequestContext });
  return body.kind === 'single' ? body.singleResult : null;
}

test.each([
  ['@link', '@link(url:"https://specs.apollo.dev/federation/v2.9"'],
  ['@composeDirective', '@composeDirective(name:"@owned")'],
  ['@external', 'years:Int@external'],
  ['@inaccessible', 'depth:Int@inaccessible'],
  ['@interfaceObject', 'type Store@interfaceObject@key(fields:"id")'],
  ['a key of two fields', '@key(fields:"sku maker")'],
  ['a key of an object', '@key(fields:"part { id } number")'],
  ['@override', 'stock:Int@override(from:"warehouse")'],
  ['@provides', 'seller:Seller@provides(fields:"orders")'],
  ['@requires', 'ordersByYear:Int@requires(fields:"orders years")'],
  ['@shareable', 'type Size@shareable'],
  ['@tag', 'weight:Int@tag(name:"internal")'],
  ['a directive of its own', 'type Part@owned(by:"parts")'],
])('a server of ours prints %s', (_what, printed) => {
  expect(sdl).toContain(printed);
});

test.each<[string, Reference, string, object | null]>([
  ['one field', { __typename: 'Part', id: '1' }, '... on Part { stock }', { stock: 9 }],
  ['two fields', { __typename: 'Part', sku: 'bolt', maker: 'acme' }, '... on Part { id }', { id: '1' }],
  ['an object', { __typename: 'Part', sku: 'bolt', model: { id: 'm8' } }, '... on Part { id }', { id: '1' }],
  ['what is unknown', { __typename: 'Part', id: '2' }, '... on Part { id }', null],
  [
    'what it requires',
    { __typename: 'Seller', email: 'ana@company.test', orders: 12, years: 4 },
    '... on Seller { ordersByYear }',
    { ordersByYear: 3 },
  ],
  ['an interface', { __typename: 'Store', id: 's' }, '... on Store { parts { id } }', { parts: [{ id: '1' }] }],
  [
    'a nested key',
    { __typename: 'Order', part: { id: '1' }, number: '7' },
    '... on Order { note }',
    { note: 'order 7' },
  ],
])('a server of ours resolves a reference by %s', async (_what, representation, selection, expected) => {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ${selection} } }`;

  expect(await ask(query, { of: [representation] })).toEqual({ data: { _entities: [expected] } });
});

test('a path that provides a field has it', async () => {
  expect(await ask('{ part(id: "1") { seller { orders } } }')).toEqual({ data: { part: { seller: { orders: 12 } } } });
});

test('traces of Apollo are off: one router that asks would slow every field for everybody', async () => {
  const http = {
    method: 'POST',
    headers: new Map([['apollo-federation-include-trace', 'ftv1']]),
    search: '',
    body: {},
  };
  const { body } = await server.executeOperation(
    { query: '{ __typename }', http: http as never },
    { contextValue: {} as RequestContext },
  );

  expect(body.kind === 'single' && body.singleResult).toEqual({ data: { __typename: 'Query' } });
});
