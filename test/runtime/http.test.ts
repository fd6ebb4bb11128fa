import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';

let facade: Facade;
let token: string;

beforeAll(async () => {
  facade = await startFacade();
  token = facade.emulator.seeded.organizations[0]!.token;
});
afterAll(() => facade.close());
beforeEach(() => facade.emulator.resetCalls());

const QUERY = '{ __typename }';
const JSON_TYPE = { 'content-type': 'application/json' };

async function send(path: string, init: RequestInit = {}) {
  const response = await fetch(facade.url + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
  send('/graphql', { method: 'POST', headers, body });

const get = (query: string, headers: Record<string, string> = { 'apollo-require-preflight': 'true' }) =>
  send(`/graphql?${new URLSearchParams({ query })}`, { headers });

/** Requests that never become an operation, and the HTTP status of each. */
const REFUSED = [
  { name: 'a path where nothing is', status: 404, ask: () => send('/nothing/here') },
  { name: 'a verb that the graph does not have', status: 405, ask: () => send('/graphql', { method: 'PUT' }) },
  { name: 'a path that is not percent-encoded', status: [400, 404], ask: () => send('/%zz') },
  {
    name: 'a body of more than a mebibyte',
    status: 413,
    ask: () => post(JSON.stringify({ query: 'x'.repeat(1_100_000) })),
  },
  { name: 'a body that is not JSON', status: 400, ask: () => post('{ viewer') },
  { name: 'a body that is plain text', status: 415, ask: () => post(QUERY, { 'content-type': 'text/plain' }) },
  {
    name: 'a form of another site',
    status: 415,
    ask: () => post(`query=${QUERY}`, { 'content-type': 'application/x-www-form-urlencoded' }),
  },
  { name: 'no body', status: 400, ask: () => send('/graphql', { method: 'POST' }) },
  { name: 'a body without a query', status: 400, ask: () => post('{}') },
  { name: 'a query that is no text', status: 400, ask: () => post('{"query":1}') },
  { name: 'a batch', status: 400, ask: () => post(`[{"query":"${QUERY}"}]`) },
  { name: 'a query that does not parse', status: 400, ask: () => post('{"query":"{"}') },
  { name: 'a query that is not valid', status: 400, ask: () => post('{"query":"{ nothing }"}') },
  {
    name: 'an operation name that is not there',
    status: 400,
    ask: () => post(`{"query":"${QUERY}","operationName":"A"}`),
  },
  { name: 'a mutation by GET', status: 405, ask: () => get('mutation { __typename }') },
  { name: 'a GET that a link of another site could send', status: 400, ask: () => get(QUERY, {}) },
];

describe('what is refused', () => {
  test.each(REFUSED)('$name is told in the form of GraphQL', async ({ status, ask }) => {
    const answer = await ask();

    expect([status].flat()).toContain(answer.status);
    expect(answer.headers.get('content-type')).toContain('application/json');
    const { errors } = JSON.parse(answer.text);
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/\S/),
        extensions: {
          code: expect.stringMatching(/^[A-Z_]+$/),
          retryable: false,
          requestId: answer.headers.get('x-request-id'),
        },
      }),
    ]);
    expect(facade.upstream()).toEqual({});
  });
});

test('a query may come by GET', async () => {
  const { status, text } = await get(QUERY);

  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({ data: { __typename: 'Query' } });
});

test('a mutation by GET changes nothing even with a credential', async () => {
  const projectId = facade.emulator.seeded.organizations[0]!.projects[0]!.id;
  const document = `mutation { createApiToken(input: { projectId: "${projectId}", name: "GET" }) { secret } }`;

  const { status, headers } = await get(document, {
    'apollo-require-preflight': 'true',
    authorization: `Bearer ${token}`,
  });

  expect(status).toBe(405);
  expect(headers.get('allow')).toBe('POST');
  expect(facade.upstream()).toEqual({});
});

/** Everything that can be asked for, refused or not. */
const ANSWERED = [
  ...REFUSED,
  { name: 'a query', ask: () => get(QUERY) },
  {
    name: 'a query with a credential',
    ask: () => post('{"query":"{ viewer { scopes } }"}', { ...JSON_TYPE, authorization: `Bearer ${token}` }),
  },
  { name: 'the landing page', ask: () => send('/') },
  { name: 'health, live', ask: () => send('/health/live') },
  { name: 'health, ready', ask: () => send('/health/ready') },
  { name: 'the metrics', ask: () => send('/metrics') },
  {
    name: 'a preflight',
    ask: () =>
      send('/graphql', {
        method: 'OPTIONS',
        headers: { origin: 'https://studio.apollographql.com', 'access-control-request-method': 'POST' },
      }),
  },
];

test('two `Authorization` headers are refused: neither is taken for the caller’s by chance', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const outgoing = request(
      `${facade.url}/graphql`,
      { method: 'POST', headers: JSON_TYPE, agent: false },
      (incoming) => {
        incoming.setEncoding('utf8').on('data', resolve);
      },
    );
    outgoing.setHeader('authorization', [`Bearer ${token}`, 'Bearer default_other']);
    outgoing.on('error', reject).end('{"query":"{ viewer { scopes } }"}');
  });

  expect(JSON.parse(answer).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(facade.upstream()).toEqual({});
});

test.each(ANSWERED)('the answer to $name is not kept, and a browser may do little with it', async ({ ask }) => {
  const { headers } = await ask();

  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9-]{1,64}$/);
});
