import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Facade, routes, startFacade } from '../support/facade.ts';

const KEY = 'test-only-key-of-the-router-caches-32';
const PAYLOAD = '{ changed verification { outcome routers { router isConfirmed } } userErrors { code } }';

/** A router that keeps answers, as Apollo Router takes calls of invalidation. */
interface KeepingRouter {
  readonly url: string;
  readonly calls: { readonly authorization: string | undefined; readonly body: unknown }[];
  answer: (response: ServerResponse) => void;
  close(): void;
}

const accept = (response: ServerResponse) => void response.writeHead(202).end('{"count":1}');

async function startKeepingRouter(): Promise<KeepingRouter> {
  const calls: KeepingRouter['calls'] = [];
  const router = { calls, answer: accept } as KeepingRouter & { url: string };
  const server = createServer(async (incoming: IncomingMessage, outgoing) => {
    const body = await new Response(incoming as never).json();
    calls.push({ authorization: incoming.headers.authorization, body });
    router.answer(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  router.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/invalidation`;
  router.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return router;
}

let emulator: Emulator;
let facade: Facade;
let plain: Facade;
let main: KeepingRouter;
let edge: KeepingRouter;
let token: string;
let id: string;

beforeAll(async () => {
  emulator = await startEmulator({ organizations: 1, projects: 1 });
  [main, edge] = [await startKeepingRouter(), await startKeepingRouter()];
  facade = await startFacade({
    sharedEmulator: emulator,
    env: {
      ROUTER_INVALIDATION: `main=${main.url}, edge=${edge.url}`,
      ROUTER_INVALIDATION_KEY: KEY,
      ROUTER_INVALIDATION_TIMEOUT_MS: '2000',
    },
  });
  plain = await startFacade({ sharedEmulator: emulator });
  const [organization] = emulator.seeded.organizations;
  token = organization!.token;
  const { data } = await facade.query('{ organization { projects { nodes { apiTokens { nodes { id status } } } } } }', {
    token,
  });
  const { nodes } = data.organization.projects.nodes[0].apiTokens;
  id = nodes.findLast(({ status }: { status: string }) => status === 'ACTIVE').id;
});
afterAll(async () => {
  for (const one of [facade, plain, emulator, main, edge]) await one.close();
});
beforeEach(() => {
  for (const router of [main, edge]) Object.assign(router, { answer: accept }).calls.length = 0;
});
afterEach(async () => {
  emulator.setFaults([]);
  await change('unblock', plain);
});

async function change(verb: 'block' | 'unblock', server = facade) {
  const document = `mutation ($id: ID!) { changed: ${verb}ApiToken(input: { id: $id }) ${PAYLOAD} }`;
  const { data } = await server.query(document, { token, variables: { id } });
  return data.changed;
}

const confirmed = (router: string, isConfirmed = true) => ({ router, isConfirmed });

test('every router is told of a verified block, with its key, and the payload says that each confirmed', async () => {
  const { verification } = await change('block');

  expect(verification).toEqual({ outcome: 'CONFIRMED', routers: [confirmed('main'), confirmed('edge')] });
  for (const { calls } of [main, edge]) {
    expect(calls).toEqual([{ authorization: KEY, body: [{ kind: 'subgraph', subgraph: 'geai' }] }]);
  }
});

test.each<[string, KeepingRouter['answer']]>([
  ['refuses', (response) => void response.writeHead(401).end()],
  ['breaks the connection', (response) => void response.destroy()],
  ['never answers', () => undefined],
])('a router that %s has not confirmed, and the change holds', async (_what, answer) => {
  edge.answer = answer;
  const { changed, verification, userErrors } = await change('block');

  expect([changed, userErrors]).toEqual([true, []]);
  expect(verification).toEqual({ outcome: 'CONFIRMED', routers: [confirmed('main'), confirmed('edge', false)] });
  expect(facade.log()).toContain('"router":"edge"');
  expect(facade.log()).not.toContain(KEY);
});

test('no router is told of a change that the platform does not show', async () => {
  emulator.setFaults([{ route: routes.updateToken, kind: 'status', status: 500 }]);
  await change('block');

  expect([main.calls, edge.calls]).toEqual([[], []]);
});

test('routers are told of a change of what they may keep, before it is answered', async () => {
  const [project] = emulator.seeded.organizations[0]!.projects;
  const document =
    'mutation ($input: UpdateProjectInput!) { updateProject(input: $input) { changed userErrors { code } } }';
  const input = { id: project!.id, description: 'another' };
  const { data } = await facade.query(document, { token, variables: { input } });

  expect(data.updateProject).toEqual({ changed: true, userErrors: [] });
  expect([main.calls.length, edge.calls.length]).toEqual([1, 1]);
});

test('a read tells no router', async () => {
  await facade.query('{ organization { name } }', { token });

  expect(main.calls).toEqual([]);
});

test('without the setting the list is empty', async () => {
  expect((await change('block', plain)).verification).toEqual({ outcome: 'CONFIRMED', routers: [] });
});
