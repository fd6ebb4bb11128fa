import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { KEPT_MS } from '../../src/platform/client/endpoint.ts';
import { type Facade, metricOf, routes, startFacade } from '../support/facade.ts';

const NAMES = '{ organization { name projects(first: 1) { nodes { name } } } }';
/** An answer that may be kept says so for some seconds; at most for as long as the facade keeps what it read. */
function isKept(header: string | null): boolean {
  const seconds = Number(/^private, max-age=(\d+)$/.exec(header ?? '')?.[1] ?? 0);
  return seconds > 0 && seconds <= KEPT_MS.forSeconds / 1_000;
}

let emulator: Emulator;
let facade: Facade;
let plain: Facade;
let token: string;
let project: string;

beforeAll(async () => {
  emulator = await startEmulator({ organizations: 1, projects: 2 });
  facade = await startFacade({ sharedEmulator: emulator, env: { CACHE: 'memory', CACHE_CONTROL: 'true' } });
  plain = await startFacade({ sharedEmulator: emulator, env: { CACHE: 'memory' } });
  const [organization] = emulator.seeded.organizations;
  token = organization!.token;
  project = organization!.projects[0]!.id;
});
afterAll(async () => {
  for (const one of [facade, plain, emulator]) await one.close();
});

async function headerOf(document: string, server = facade): Promise<string | null> {
  const { headers } = await server.query(document, { token, variables: { id: project } });
  return headers.get('cache-control');
}

test('an answer of which the facade keeps all may be kept by the router of the caller', async () => {
  expect(await headerOf(NAMES)).toSatisfy(isKept);
});

test('compiled answers say the same, and nothing beside it', async () => {
  const seen = new Set<string | null>();
  await expect
    .poll(async () => {
      seen.add(await headerOf(NAMES));
      return metricOf(facade, 'geai_graph_compiled_answers_total');
    })
    .toBeGreaterThan(0);
  seen.add(await headerOf(NAMES));

  for (const header of seen) expect(header).toSatisfy(isKept);
});

test.each<[string, string]>([
  ['a list of tokens', 'query ($id: ID!) { project(id: $id) { name apiTokens { totalCount } } }'],
  ['people', 'query ($id: ID!) { project(id: $id) { name members { nodes { __typename } } } }'],
  ['limits', 'query ($id: ID!) { project(id: $id) { name usageLimit { __typename } } }'],
  ['an error', 'query ($id: ID!) { project(id: $id) { name assistants { totalCount } } }'],
  ['no call of the platform', '{ __typename }'],
  ['a mutation', 'mutation { blockApiToken(input: { id: "x" }) { changed } }'],
])('an answer with %s is kept by nobody', async (_what, document) => {
  await facade.query(NAMES, { token });

  expect(await headerOf(document)).toBe('no-store');
});

test('an answer after a failed call is kept by nobody', async () => {
  emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 404 }]);
  const header = await headerOf('{ project(id: "00000000-0000-4000-8000-000000000000") { name } }');
  emulator.setFaults([]);

  expect(header).toBe('no-store');
});

test('an answer beside a token of the caller that is refused is kept by nobody', async () => {
  const { errors, headers } = await facade.query(NAMES, { token, tokens: [token.replace('org01', 'gone1')] });

  expect(errors).toBeUndefined();
  expect(headers.get('cache-control')).not.toSatisfy(isKept);
});

test('a GET is kept by nobody: a browser would keep it for every caller', async () => {
  const headers = { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'true' };
  const response = await fetch(`${facade.url}/graphql?query=${encodeURIComponent(NAMES)}`, { headers });

  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
});

test('without the setting nothing is kept', async () => {
  expect(await headerOf(NAMES, plain)).toBe('no-store');
});
