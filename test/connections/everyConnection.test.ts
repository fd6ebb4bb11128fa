import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Setting, settingIn } from '../support/examples.ts';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';
import { operationAt, placeOf, valueAt, waysFrom } from '../support/ways.ts';
import { type ConnectionField, connectionFields, itemFields, orderFields } from './connectionFields.ts';

let facade: Facade;
let setting: Setting;

beforeAll(async () => {
  facade = await startFacade({
    emulator: { projects: 6, requestsPerProject: 12 },
    env: { GEAI_BORROW_PROJECT_TOKENS: 'true', UPSTREAM_CALL_BUDGET: '1000000', EXPOSE_REQUEST_CONTENT: 'true' },
  });
  setting = settingIn(facade.emulator);
});
afterAll(() => facade.close());

const organization = () => facade.emulator.seeded.organizations[0]!;

const administrator = () => {
  const { token, projectId } = facade.emulator.seeded.systemAdministrator;
  return { token, headers: { projectid: projectId } };
};

const WAYS = new Map(waysFrom([createSubgraph().getQueryType()!]).map((way) => [placeOf(way), way]));

interface Page {
  readonly nodes: readonly object[];
  readonly edges: readonly { readonly cursor: string; readonly node: object }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const PAGE_INFO = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

async function askFor({ at, field }: ConnectionField, args: object, selection: string): Promise<Page> {
  const way = WAYS.get(at)!;
  const { document, variables } = operationAt(way, setting, { ...args }, `{ ${selection} }`);
  const isForAdministrators = field.extensions.reading?.takes === 'ADMINISTRATOR';
  const caller = isForAdministrators ? administrator() : { token: organization().token };
  const answer = await facade.query(document, { ...caller, variables });
  expect(answer.errors).toBeUndefined();
  return valueAt(way, answer.data);
}

describe.each(connectionFields)('$at', (connection) => {
  const fields = itemFields(connection);
  const all = `nodes { ${fields} } edges { cursor node { ${fields} } } ${PAGE_INFO}`;
  const ask = (first: number, after: string | null, selection = all) => askFor(connection, { first, after }, selection);
  const walk = async (first: number, after: string | null): Promise<Page[]> => {
    const page = await ask(first, after);
    return page.pageInfo.hasNextPage ? [page, ...(await walk(first, page.pageInfo.endCursor))] : [page];
  };

  test('has the same items in edges as in nodes, each with a cursor, on pages that say where they are', async () => {
    const pages = await walk(3, null);
    const edges = pages.flatMap((page) => page.edges);

    for (const [index, page] of pages.entries()) {
      expect(page.edges.map(({ node }) => node)).toEqual(page.nodes);
      expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null);
      if (page.edges.length > 0) expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor);
      expect(page.pageInfo.hasPreviousPage).toBe(index > 0);
    }
    expect(edges.length).toBeGreaterThan(0);
    expect(new Set(edges.map(({ cursor }) => cursor)).size).toBe(edges.length);
  });

  test('goes on after any of its items', async () => {
    const edges = (await walk(100, null)).flatMap((page) => page.edges);
    for (const [index, { cursor }] of edges.entries()) {
      const rest = (await walk(50, cursor)).flatMap((page) => page.nodes);
      expect(rest).toEqual(edges.slice(index + 1).map(({ node }) => node));
    }
  });

  test('gives to edges alone what it gives to nodes alone, for the same calls', async () => {
    const read = async (selection: string) => {
      facade.emulator.resetCalls();
      const page = await ask(5, null, selection);
      // What the tokens are is remembered for seconds only.
      const { [routes.validate]: _identifying, ...calls } = facade.upstream();
      return [page, calls] as const;
    };
    await ask(1, null);
    const [nodes, callsOfNodes] = await read(`nodes { ${fields} }`);
    const [edges, callsOfEdges] = await read(`edges { node { ${fields} } }`);
    const [, callsOfBoth] = await read(`nodes { ${fields} } edges { cursor node { ${fields} } }`);

    expect(edges.edges.map(({ node }) => node)).toEqual(nodes.nodes);
    expect([callsOfEdges, callsOfBoth]).toEqual([callsOfNodes, callsOfNodes]);
  });
});

/** Every list that can be ordered, by each field that orders it. */
const ORDERED = connectionFields.flatMap((connection) =>
  orderFields(connection).map((field) => [`${connection.at} by ${field}`, connection, field] as const),
);

describe.each(ORDERED)('%s', (_title, connection, field) => {
  const selection = `nodes { ${itemFields(connection)} } ${PAGE_INFO}`;
  const lists = async (direction: string, first: number) => {
    const nodes: Record<string, unknown>[] = [];
    let after: string | null = null;
    do {
      const orderBy = { field, direction };
      const page: Page = await askFor(connection, { first, after, orderBy }, selection);
      nodes.push(...(page.nodes as Record<string, unknown>[]));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    return nodes;
  };

  test('is ordered by what the field names, the same from its end, whatever the pages', async () => {
    const ascending = await lists('ASC', 3);

    expect(await lists('DESC', 100)).toEqual(ascending.toReversed());
    const values = ascending.map((node) => memberOf(node, field)).filter((value) => value !== undefined);
    expect(values).toEqual(values.toSorted(compare));
  });
});

/** The member of a node that an order names; undefined for an order of another kind, such as that of an enum. */
function memberOf(node: Record<string, unknown>, field: string): unknown {
  const name = field.toLowerCase().replace(/_(\w)/g, (_found, letter: string) => letter.toUpperCase());
  if (name === 'status') return undefined;
  if (name === 'project') return (node.project as { id: string } | null)?.id;
  const value = node[name === 'user' ? 'userId' : name];
  return ['cost', 'used'].includes(name) && value != null ? Number(value) : value;
}

/** Unknown values first. */
function compare(one: unknown, other: unknown): number {
  if (one == null || other == null) return Number(one != null) - Number(other != null);
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [mine, theirs] = [String(one).toLowerCase(), String(other).toLowerCase()];
  return mine < theirs ? -1 : mine > theirs ? 1 : 0;
}

test('paging backward, which is not offered, is refused by the schema', async () => {
  const { token } = organization();
  for (const given of ['last: 3', 'first: 3, before: "x"']) {
    const answer = await facade.query(`{ organization { projects(${given}) { nodes { id } } } }`, { token });
    expect(codes(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  }
});
