import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Facade, query, routes, startFacade } from '../support/facade.ts';
import { PREFIXES } from '../support/prefixed.ts';
import { type Router, servedSdl, startRouter } from './supergraph.ts';

/** A company's own project, which is none of ours; and ours, to which it adds a budget. */
const COMPANY_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { viewer: User project(id: ID!): Project }
  type User { name: String }
  type Project @key(fields: "id") { id: ID! name: String status: ProjectStatus workspace: GeaiProject }
  enum ProjectStatus { PLANNED BUILT }
  type GeaiProject @key(fields: "id") { id: ID! budget: Int }
`;

let facade: Facade;
let company: ApolloServer;
let router: Router;
let token: string;
let workspaces: readonly { readonly id: string; readonly name: string }[];

beforeAll(async () => {
  facade = await startFacade({ env: PREFIXES });
  const [organization] = facade.emulator.seeded.organizations;
  token = organization!.token;
  workspaces = organization!.projects;
  const resolvers = {
    Query: {
      viewer: () => ({ name: 'Ana' }),
      project: (_root: unknown, { id }: { id: string }) => ({ id, name: 'Bridge', status: 'BUILT' }),
    },
    Project: { workspace: () => ({ id: workspaces[0]!.id }) },
    GeaiProject: { __resolveReference: ({ id }: { id: string }) => ({ id }), budget: () => 7 },
  };
  company = new ApolloServer({ schema: buildSubgraphSchema([{ typeDefs: parse(COMPANY_SDL), resolvers }]) });
  const { url } = await startStandaloneServer(company, { listen: { host: '127.0.0.1', port: 0 } });
  router = await startRouter([
    { name: 'geai', url: `${facade.url}/graphql`, sdl: await servedSdl(facade.url) },
    { name: 'company', url, sdl: COMPANY_SDL },
  ]);
});
afterAll(async () => {
  await router?.close();
  await company?.stop();
  await facade.close();
});

test('a router joins both projects under prefixes, in one platform call', async () => {
  await facade.query('{ geaiViewer { scopes } }', { token });
  facade.emulator.resetCalls();
  const { data, errors } = await query(
    router.url,
    `{ viewer { name } geaiViewer { __typename scopes }
      project(id: "1") { __typename name status workspace { __typename name status budget } } }`,
    { token },
  );

  expect(errors).toBeUndefined();
  expect(data).toEqual({
    viewer: { name: 'Ana' },
    geaiViewer: { __typename: 'GeaiViewer', scopes: ['ORGANIZATION'] },
    project: {
      ...{ __typename: 'Project', name: 'Bridge', status: 'BUILT' },
      workspace: { __typename: 'GeaiProject', name: workspaces[0]!.name, status: 'ACTIVE', budget: 7 },
    },
  });
  expect(facade.upstream()).toEqual({ [routes.getProject]: 1 });
});
