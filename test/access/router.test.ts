import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Facade, startFacade } from '../support/facade.ts';

const SECRET = 'test-only-secret-of-the-router-of-32';
const NEXT_SECRET = 'test-only-next-secret-of-the-router!';

let emulator: Emulator;
let byHeader: Facade;
let byHmac: Facade;
let open: Facade;
let token: string;

beforeAll(async () => {
  emulator = await startEmulator({ organizations: 1, projects: 1 });
  token = emulator.seeded.organizations[0]?.token ?? '';
  const start = (env: Record<string, string>) => startFacade({ sharedEmulator: emulator, env });
  byHeader = await start({ ROUTER_SECRET: `${SECRET}, ${NEXT_SECRET}` });
  byHmac = await start({ ROUTER_SECRET: SECRET, ROUTER_PROOF: 'hmac' });
  open = await start({});
});

afterAll(async () => {
  for (const facade of [byHeader, byHmac, open]) await facade.close();
  await emulator.close();
});

beforeEach(() => emulator.resetCalls());

const QUERY = '{ organization { name } }';

function expectRefused(facade: Facade, answer: { status: number; errors: unknown; text: string }): void {
  expect(answer.status).toBe(403);
  expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', retryable: false } }]);
  expect(answer.text).not.toContain(SECRET);
  expect(facade.log()).not.toContain(SECRET);
  expect(facade.upstream()).toEqual({});
}

describe('with the secret in a header', () => {
  test.each([SECRET, NEXT_SECRET])('each secret is taken', async (secret) => {
    const answer = await byHeader.query(QUERY, { token, headers: { 'x-router-secret': secret } });

    expect(answer.errors).toBeUndefined();
  });

  test.each<[title: string, headers: Record<string, string>]>([
    ['none', {}],
    ['an empty one', { 'x-router-secret': '' }],
    ['another', { 'x-router-secret': 'x'.repeat(SECRET.length) }],
    ['a part of it', { 'x-router-secret': SECRET.slice(1) }],
    ['both at once', { 'x-router-secret': `${SECRET}, ${NEXT_SECRET}` }],
    ['a look-alike header', { x_router_secret: SECRET, 'x-forwarded-router-secret': SECRET }],
  ])('%s is refused', async (_title, headers) => {
    expectRefused(byHeader, await byHeader.query(QUERY, { token, headers }));
  });

  test('the refusal comes before the body is read', async () => {
    const { hostname, port } = new URL(byHeader.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{',
        );
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });

    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('health and metrics are not concerned', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      expect((await fetch(`${byHeader.url}${path}`)).status).toBe(200);
    }
  });

  test('whom the router acts for is in the audit log, up to a length', async () => {
    const mutation = 'mutation { blockApiToken(input: { id: "x" }) { changed } }';
    const headers = { 'x-router-secret': SECRET, 'x-on-behalf-of': ` ada ${'l'.repeat(1_000)}` };

    await byHeader.query(mutation, { token, headers });
    await open.query(mutation, { token, headers });

    expect(byHeader.audit().at(-1)?.actor.onBehalfOf).toBe(`ada ${'l'.repeat(251)}`);
    expect(open.audit()).toHaveLength(1);
    expect(open.audit()[0]?.actor).not.toHaveProperty('onBehalfOf');
  });
});

/** The signature as Hive Gateway makes it: of the query, and of the variables if there are any, with sorted members. */
const signed = (text: string, secret = SECRET) => createHmac('sha256', secret).update(text).digest('base64');

const DOCUMENT = 'query($first:Int!,$id:ID){organization(id:$id){projects(first:$first){nodes{name}}}}';

async function post(
  body: object,
  more: Record<string, string> = {},
): Promise<{ status: number; errors: unknown; text: string }> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...more };
  const response = await fetch(`${byHmac.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, errors: JSON.parse(text).errors, text };
}

describe('with a signature of the body', () => {
  const text = `{"query":${JSON.stringify(DOCUMENT)},"variables":{"first":1,"id":null}}`;
  const variables = { id: null, first: 1 };

  test('a signed query is taken, with and without variables', async () => {
    const answers = [
      await post({ query: DOCUMENT, variables, extensions: { 'hmac-signature': signed(text) } }),
      await post({
        query: QUERY,
        variables: {},
        extensions: { 'hmac-signature': signed(JSON.stringify({ query: QUERY })) },
      }),
    ];

    for (const { status, errors } of answers) expect([status, errors]).toEqual([200, undefined]);
  });

  test('a signed query of a GET is taken', async () => {
    const extensions = JSON.stringify({ 'hmac-signature': signed(text) });
    const search = new URLSearchParams({ query: DOCUMENT, variables: JSON.stringify(variables), extensions });
    const headers = { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'true' };
    const get = (query: string) => fetch(`${byHmac.url}/graphql?${query}`, { headers });

    expect((await get(String(search))).status).toBe(200);
    expect((await get(`${search}&query=${encodeURIComponent(QUERY)}`)).status).toBe(403);
  });

  test.each<[title: string, body: object]>([
    ['no signature', { query: DOCUMENT, variables }],
    ['another secret', { query: DOCUMENT, variables, extensions: { 'hmac-signature': signed(text, NEXT_SECRET) } }],
    [
      'other variables',
      { query: DOCUMENT, variables: { first: 2, id: null }, extensions: { 'hmac-signature': signed(text) } },
    ],
    ['another query', { query: QUERY, variables, extensions: { 'hmac-signature': signed(text) } }],
    ['the secret itself', { query: DOCUMENT, variables, extensions: { 'hmac-signature': SECRET } }],
    ['a signature of another type', { query: DOCUMENT, variables, extensions: { 'hmac-signature': [signed(text)] } }],
    ['a list of operations', [{ query: DOCUMENT, variables, extensions: { 'hmac-signature': signed(text) } }]],
    [
      'variables without end',
      {
        query: DOCUMENT,
        variables: { a: JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`) },
        extensions: { 'hmac-signature': signed(text) },
      },
    ],
  ])('%s is refused', async (_title, body) => {
    expectRefused(byHmac, await post(body));
  });

  test('the signature is no proof of a header: whom one acts for is not believed', async () => {
    const query = 'mutation { blockApiToken(input: { id: "x" }) { changed } }';
    const extensions = { 'hmac-signature': signed(JSON.stringify({ query })) };

    const { status } = await post({ query, extensions }, { 'x-on-behalf-of': 'ada' });

    expect(status).toBe(200);
    expect(byHmac.audit()).toHaveLength(1);
    expect(byHmac.audit()[0]?.actor).not.toHaveProperty('onBehalfOf');
  });

  test('the header is no proof there', async () => {
    expectRefused(byHmac, await byHmac.query(QUERY, { token, headers: { 'x-router-secret': SECRET } }));
  });
});
