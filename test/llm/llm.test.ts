import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { plan } from '../cost/planned.ts';
import { codes, type Facade, type Request, startFacade } from '../support/facade.ts';

const ROUTE = 'GET /v2/llm/providers';
const MODEL = 'name fullName description type contextWindow maxOutputTokens priority isCustom';
const CATALOGUE = `{ llmProviders { totalCount unreadableCount nodes {
  name description interfaceType models { totalCount unreadableCount nodes { ${MODEL} } } } } }`;
const NAMES = '{ llmProviders { nodes { name } } }';

let facade: Facade;

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 2 } });
});
beforeEach(() => facade.emulator.setFaults([]));
afterAll(() => facade.close());

const organization = () => facade.emulator.seeded.organizations[0]!;

const callers: [who: string, request: () => Request][] = [
  ['an organization token', () => ({ token: organization().token })],
  ['a project token', () => ({ token: organization().projects[0]!.tokens[0]!.id })],
  [
    "a user's token",
    () => ({
      token: facade.emulator.seeded.oauth[0]!.token,
      headers: { projectid: facade.emulator.seeded.oauth[0]!.projectId },
    }),
  ],
];

/** Asks once before, so that the tokens are known. */
async function measured(document: string, request: Request = { token: organization().token }) {
  await facade.query('{ viewer { scopes } }', request);
  facade.emulator.resetCalls();
  const answer = await facade.query(document, request);
  return { ...answer, upstream: facade.upstream() };
}

interface WireProvider {
  readonly name: string;
  readonly models: readonly (Record<string, unknown> & { readonly name: string; readonly type: string })[];
}

/** What the platform itself answers, in the order and words of the graph. */
async function truth(): Promise<unknown[]> {
  const { url } = facade.emulator;
  const headers = { authorization: `Bearer ${organization().token}` };
  const answer = await fetch(`${url}/v2/llm/providers?include=models`, { headers });
  const { providers } = (await answer.json()) as { providers: WireProvider[] };
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return providers.toSorted(byName).map(({ models, ...provider }) => ({
    ...provider,
    models: {
      totalCount: models.length,
      unreadableCount: 0,
      nodes: models.toSorted(byName).map(({ id: _id, properties: _properties, type, ...model }) => ({
        ...{ contextWindow: null, maxOutputTokens: null },
        ...model,
        type: type.toUpperCase(),
      })),
    },
  }));
}

test.each(callers)('the catalogue with its models is one call for %s', async (_who, request) => {
  const { data, errors, upstream } = await measured(CATALOGUE, request());

  expect(errors).toBeUndefined();
  expect(data.llmProviders.nodes).toEqual(await truth());
  expect(data.llmProviders.nodes.length).toBeGreaterThan(3);
  expect(upstream).toEqual({ [ROUTE]: 1 });
  expect(plan(CATALOGUE).calls).toBe(2);
});

test('two aliases are one call', async () => {
  const document = '{ a: llmProviders { nodes { name } } b: llmProviders(first: 1) { nodes { name } } }';
  const { data, upstream } = await measured(document);

  expect(data.b.nodes).toEqual(data.a.nodes.slice(0, 1));
  expect(upstream).toEqual({ [ROUTE]: 1 });
  expect(plan(document).calls).toBe(2);
});

test('models are asked for only where they are selected, and the catalogue is kept', async () => {
  const remembering = await startFacade({ emulator: { projects: 1 }, env: { CACHE: 'memory' } });
  const request = { token: remembering.emulator.seeded.organizations[0]!.token };
  try {
    await remembering.query(NAMES, request);
    await remembering.query(NAMES, request);
    const { data } = await remembering.query(CATALOGUE, request);
    await remembering.query(CATALOGUE, request);

    expect(data.llmProviders.nodes[0].models.totalCount).toBeGreaterThan(0);
    expect(remembering.upstream()[ROUTE]).toBe(2);
  } finally {
    await remembering.close();
  }
});

test('a provider or a model that cannot be decoded is left out and counted', async () => {
  const models = [
    { name: 'one', type: 'Hologram', contextWindow: '2048' },
    { type: 'Chat' },
    { name: 'x', priority: {} },
  ];
  const body = JSON.stringify({ providers: [{ name: 'odd', models }, { description: 'no name' }] });
  facade.emulator.setFaults([{ route: ROUTE, kind: 'answer', status: 200, body }]);
  const { data } = await measured(CATALOGUE);

  expect(data.llmProviders).toMatchObject({ totalCount: 1, unreadableCount: 1 });
  expect(data.llmProviders.nodes[0].models).toMatchObject({
    unreadableCount: 2,
    nodes: [{ name: 'one', type: 'UNRECOGNIZED', contextWindow: 2048, isCustom: null }],
  });
});

test('a catalogue that fails is null with an error, and so is a bad page; siblings stay', async () => {
  const document = `{ viewer { scopes } bad: llmProviders(first: 0) { totalCount } ${NAMES.slice(1)}`;
  facade.emulator.setFaults([{ route: ROUTE, kind: 'answer', status: 403, body: '{}' }]);
  const refused = await measured(document);
  facade.emulator.setFaults([]);
  const paged = await measured(document);

  expect(refused.data).toMatchObject({ viewer: { scopes: ['ORGANIZATION'] }, llmProviders: null });
  expect(codes(refused)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  expect(paged.data).toMatchObject({ bad: null, llmProviders: { nodes: expect.any(Array) } });
  expect(codes(paged)).toEqual(['BAD_USER_INPUT']);
});

test('a bad page of models leaves the provider', async () => {
  const answer = await measured('{ llmProviders(first: 1) { nodes { name models(first: 101) { totalCount } } } }');

  expect(answer.data.llmProviders.nodes).toEqual([{ name: 'anthropic', models: null }]);
  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
});

test('without an accepted token nothing is asked', async () => {
  const answer = await measured(NAMES, {});

  expect(codes(answer)).toEqual(['UNAUTHENTICATED']);
  expect(answer.upstream).toEqual({});
});
