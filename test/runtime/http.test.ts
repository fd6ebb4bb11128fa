import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';
import { Transcript } from '../support/transcript.ts';

let facade: Facade;
let token: string;

beforeAll(async () => {
  facade = await startFacade();
  token = facade.emulator.seeded.organizations[0]!.token;
});
afterAll(() => facade.close());
beforeEach(() => facade.emulator.resetCalls());

const QUERY = '{ __typename }';
const QUERY_BODY = JSON.stringify({ query: QUERY });
/** Of another query. */
const HASH = createHash('sha256').update('{ viewer { scopes } }').digest('hex');
const JSON_TYPE = { 'content-type': 'application/json' };

async function send(path: string, init: RequestInit = {}) {
  const response = await fetch(facade.url + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

const post = (body: string | Buffer, headers: Record<string, string> = JSON_TYPE) =>
  send('/graphql', { method: 'POST', headers, body });

const get = (
  query: string,
  headers: Record<string, string> = { 'apollo-require-preflight': 'true' },
  extensions = '{}',
) => send(`/graphql?${new URLSearchParams({ query, extensions })}`, { headers });

const persisted = (persistedQuery: unknown) => post(JSON.stringify({ query: QUERY, extensions: { persistedQuery } }));

const compressed = (body: string | Buffer, coding: string) => post(body, { ...JSON_TYPE, 'content-encoding': coding });

/** Sends what no client library would, and reads the answer until the server hangs up. */
async function raw(text: string) {
  const transcript = new Transcript(facade.url);
  await transcript.sendRaw(text);
  const [head = '', body = ''] = transcript.answers[0]!.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/:\s*/, 2) as [string, string]));
  return { status: Number(statusLine.split(' ')[1]), headers, text: body };
}

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
  {
    name: 'a persisted query under the hash of another',
    status: 400,
    ask: () => persisted({ version: 1, sha256Hash: 'abc' }),
  },
  { name: 'a persisted query without a hash', status: 400, ask: () => persisted({ version: 1 }) },
  { name: 'a persisted query of another version', status: 400, ask: () => persisted({ version: 2, sha256Hash: HASH }) },
  { name: 'a persisted query that is no object', status: 400, ask: () => persisted(7) },
  {
    name: 'a persisted query by GET under the hash of another',
    status: 400,
    ask: () => get(QUERY, undefined, '{"persistedQuery":{"version":1,"sha256Hash":"abc"}}'),
  },
  { name: 'a subscription', status: 400, ask: () => post('{"query":"subscription { __typename }"}') },
  {
    name: 'a subscription among other operations',
    status: 400,
    ask: () => post('{"query":"query A { __typename } subscription B { events }","operationName":"B"}'),
  },
  { name: 'a subscription by GET', status: 405, ask: () => get('subscription { __typename }') },
  {
    name: 'a body in UTF-16',
    status: 415,
    ask: () => post(`{"query":"${QUERY}"}`, { 'content-type': 'application/json; charset=utf-16' }),
  },
  {
    name: 'a body of two charsets',
    status: 415,
    ask: () => post(`{"query":"${QUERY}"}`, { 'content-type': 'application/json; charset=utf-8; charset="latin1"' }),
  },
  { name: 'a body that is not UTF-8', status: 400, ask: () => post(Buffer.from('{"query":"{ \xff }"}', 'latin1')) },
  { name: 'an unknown compression', status: 415, ask: () => compressed(QUERY_BODY, 'zstd') },
  { name: 'two compressions', status: 415, ask: () => compressed(gzipSync(gzipSync(QUERY_BODY)), 'gzip, gzip') },
  { name: 'a body that is not compressed as it says', status: 400, ask: () => compressed(QUERY_BODY, 'gzip') },
  {
    name: 'a compressed body that was cut',
    status: 400,
    ask: () => compressed(gzipSync(QUERY_BODY).subarray(0, 20), 'gzip'),
  },
  { name: 'a compressed body that is not JSON', status: 400, ask: () => compressed(gzipSync('{ viewer'), 'gzip') },
  { name: 'a request that names no host', status: 400, ask: () => raw('GET /graphql HTTP/1.1\r\n\r\n') },
  { name: 'a request that is no HTTP', status: 400, ask: () => raw('GET / HTTP/1.1\r\nbad header line\r\n\r\n') },
  {
    name: 'headers that are too long',
    status: 431,
    ask: () => raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`),
  },
  {
    name: 'an expectation that nobody knows',
    status: 417,
    ask: () => raw('GET /graphql HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\n\r\n'),
  },
  { name: 'a tunnel', status: 405, ask: () => raw('CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n') },
  { name: 'a mutation by GET', status: 405, ask: () => get('mutation { __typename }') },
  { name: 'a GET that a link of another site could send', status: 400, ask: () => get(QUERY, {}) },
];

describe('refusals', () => {
  test('of another kind of body say which is taken', async () => {
    const { errors } = JSON.parse((await post(QUERY, { 'content-type': 'text/plain' })).text);

    expect(errors[0].message).toBe('The body takes `content-type: application/json`.');
  });

  test.each(REFUSED)('$name is told in the form of GraphQL', async ({ status, ask }) => {
    const answer = await ask();

    expect([status].flat()).toContain(answer.status);
    expect(answer.headers.get('content-type')).toContain('application/json');
    const { errors } = JSON.parse(answer.text);
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/\S/),
        extensions: {
          code: expect.stringMatching(/^(?!INTERNAL)[A-Z_]+$/),
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
