import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Facade, startFacade } from '../support/facade.ts';

let emulator: Emulator;
let open: Facade;
let passthrough: Facade;

beforeAll(async () => {
  emulator = await startEmulator({ organizations: 1, projects: 1 });
  const env = { AUTH_MODE: 'open', GEAI_TOKENS: emulator.seeded.organizations[0]!.token };
  open = await startFacade({ sharedEmulator: emulator, env });
  passthrough = await startFacade({ sharedEmulator: emulator });
});
afterAll(async () => {
  await Promise.all([open.close(), passthrough.close()]);
  await emulator.close();
});

/** Status of a query that names this host, and the code of its error. */
const answerFor = (facade: Facade, host: string) =>
  new Promise<[status: number | undefined, code: string | undefined]>((resolve, reject) => {
    const sent = request(`${facade.url}/graphql`, {
      method: 'POST',
      headers: { host, 'content-type': 'application/json' },
    });
    sent.on('error', reject).on('response', async (response) => {
      const { errors } = (await json(response)) as { errors?: { extensions: { code: string } }[] };
      resolve([response.statusCode, errors?.[0]?.extensions.code]);
    });
    sent.end(JSON.stringify({ query: '{ organization { name } }' }));
  });

test.each([
  'rebound.example',
  'rebound.example:4000',
  'localhost.rebound.example',
  '127.0.0.1.rebound.example',
  '10.0.0.1',
  'a b',
])('AUTH_MODE=open refuses the host %s, and asks the platform nothing', async (host) => {
  emulator.resetCalls();

  expect(await answerFor(open, host)).toEqual([403, 'FORBIDDEN']);
  expect(open.upstream()).toEqual({});
});

test.each(['127.0.0.1:4000', 'localhost', 'localhost:4000', '[::1]:4000', 'LOCALHOST'])(
  'AUTH_MODE=open answers for the host %s',
  async (host) => {
    expect(await answerFor(open, host)).toEqual([200, undefined]);
  },
);

test('other modes answer whatever host they are reached by', async () => {
  expect(await answerFor(passthrough, 'graph.company.example')).toEqual([200, 'UNAUTHENTICATED']);
});
