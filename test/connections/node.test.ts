import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compose, servedSdl } from '../federation/supergraph.ts';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const NODE = `query ($id: ID!) { node(id: $id) { __typename id ... on Organization { organizationName: name } ... on Project { name }
  ... on ApiToken { name } ... on Assistant { name kind } } }`;

let facade: Facade;
/** One object of each type, as other fields return it. */
let known: Record<string, { readonly id: string; readonly [field: string]: string }>;

beforeAll(async () => {
  facade = await startFacade({ env: { GEAI_BORROW_PROJECT_TOKENS: 'true' } });
  const { data } = await ask(
    '{ organization { id name projects { nodes { id name apiTokens { nodes { id name } } assistants { nodes { id name } } } } } }',
  );
  const [project] = data.organization.projects.nodes;
  known = {
    Organization: { id: data.organization.id, organizationName: data.organization.name },
    Project: { id: project.id, name: project.name },
    ApiToken: project.apiTokens.nodes[0],
    Assistant: project.assistants.nodes[0],
  };
});
beforeEach(() => {
  facade.emulator.setFaults([]);
  facade.emulator.resetCalls();
});
afterAll(() => facade.close());

const organization = () => facade.emulator.seeded.organizations[0]!;
const ask = (document: string, variables = {}, token = organization().token) =>
  facade.query(document, { token, variables });

/** What each takes of the platform, beside knowing the tokens. */
const CALLS = {
  Organization: {},
  Project: { [routes.getProject]: 1 },
  ApiToken: { [routes.listTokens]: 1 },
  Assistant: { [routes.listTokens]: 1, [routes.getAssistant]: 1 },
};

async function node(id: string, token?: string) {
  const answer = await ask(NODE, { id }, token);
  const { [routes.validate]: _identifying, ...calls } = facade.upstream();
  return { ...answer, node: answer.data?.node, codes: codes(answer), calls };
}

describe.each(Object.keys(CALLS) as (keyof typeof CALLS)[])('node of the id of %s', (type) => {
  test('is that object, for the calls that its own field takes', async () => {
    const found = await node(known[type]!.id);

    expect(found.errors).toBeUndefined();
    expect(found.node).toMatchObject({ __typename: type, ...known[type] });
    expect(found.calls).toEqual(CALLS[type]);
  });

  test('is nothing else', async () => {
    const others = Object.keys(CALLS).filter((other) => other !== type);
    const selection = others.map((other) => `... on ${other} { ${other}: name }`).join(' ');
    const { data } = await ask(`query ($id: ID!) { node(id: $id) { ${selection} } }`, { id: known[type]!.id });

    expect(data.node).toEqual({});
  });
});

test('ids of what does not exist are null', async () => {
  const spoiled = (id: string) => `${id.slice(0, -4)}AAA${id.endsWith('A') ? 'Q' : 'A'}`;
  for (const id of [UNKNOWN, spoiled(known.ApiToken!.id), spoiled(known.Assistant!.id)]) {
    const found = await node(id);
    expect([found.node, found.codes]).toEqual([null, []]);
  }
});

test.each(['', 'x', 'AQ', `${UNKNOWN}0`, 'A'.repeat(44)])('%j is no id', async (id) => {
  const found = await node(id);

  expect([found.node, found.codes, found.calls]).toEqual([null, ['BAD_USER_INPUT'], {}]);
});

test('an organization of another caller is looked for as a project, and is none', async () => {
  const other = facade.emulator.seeded.organizations[1]!.token;
  const found = await node(known.Organization!.id, other);

  expect([found.node, found.codes, found.calls]).toEqual([null, [], { [routes.getProject]: 1 }]);
});

test('a project that cannot be read is null with an error', async () => {
  facade.emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 500 }]);
  const found = await node(known.Project!.id);

  expect([found.node, found.codes]).toEqual([null, ['UPSTREAM_UNAVAILABLE']]);
});

test('several nodes of one operation share their calls', async () => {
  const [one, two] = organization().projects;
  const { data } = await ask(
    'query ($a: ID!, $b: ID!) { a: node(id: $a) { id ... on Project { name } } b: node(id: $b) { id ... on Project { name } } }',
    {
      a: one!.id,
      b: two!.id,
    },
  );

  expect([data.a.id, data.b.id]).toEqual([one!.id, two!.id]);
  expect(facade.upstream()[routes.listProjects]).toBe(1);
  expect(facade.upstream()[routes.getProject]).toBeUndefined();
});

describe('in composition', () => {
  const OTHER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
    interface Node { id: ID! }
    type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
    type Invoice implements Node @key(fields: "id") { id: ID! total: Int }
    type InvoiceEdge { cursor: String! node: Invoice }
    type InvoiceConnection { edges: [InvoiceEdge] pageInfo: PageInfo! }
    type Query { node(id: ID!): Node invoices: InvoiceConnection }`;
  const other = { name: 'invoices', url: 'http://invoices.test', sdl: OTHER };

  test('leaves `node` to another subgraph, and shares `Node` and `PageInfo` with it', async () => {
    const geai = { name: 'geai', url: facade.url, sdl: await servedSdl(facade.url) };
    const { errors, hints } = compose([geai, other]);

    expect({ errors, hints }).toEqual({ errors: [], hints: [] });
    expect(geai.sdl).not.toMatch(/\bnode\(/);
    expect(geai.sdl).toContain('interface Node');
  });

  test('has it with SCHEMA_NODE=true, and then no other subgraph can', async () => {
    const asked = await startFacade({ sharedEmulator: facade.emulator, env: { SCHEMA_NODE: 'true' } });
    try {
      const geai = { name: 'geai', url: asked.url, sdl: await servedSdl(asked.url) };
      expect(compose([geai]).errors).toEqual([]);
      expect(compose([geai, other]).errors.join()).toContain('Query.node');
    } finally {
      await asked.close();
    }
  });
});
