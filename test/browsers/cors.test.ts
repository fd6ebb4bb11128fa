import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';

const ALLOWED = 'https://app.company.example';
const REFUSED = [
  'https://evil.example',
  'https://app.company.example.evil.example',
  'http://app.company.example',
  'null',
];

/** Headers of clients: of this graph, of Apollo Client, Relay, urql and tracing in browsers. */
const SENT = [
  'authorization',
  'geai-tokens',
  'projectid',
  'content-type',
  'x-request-id',
  'geai-explain',
  'idempotency-key',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'x-apollo-operation-name',
  'x-apollo-operation-id',
  'traceparent',
];

const corsHeaders = ({ headers }: Pick<Response, 'headers'>) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

const preflight = (url: string, origin: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', ...headers },
  });

describe('with CORS_ORIGINS in production', () => {
  let facade: Facade;
  beforeAll(async () => {
    facade = await startFacade({
      env: { NODE_ENV: 'production', CORS_ORIGINS: `${ALLOWED}, https://*.team.example, loopback` },
    });
  });
  afterAll(() => facade.close());

  test.each([ALLOWED, 'https://a.team.example', 'http://localhost:5173'])(
    '%s sends what clients send',
    async (origin) => {
      const answer = await preflight(facade.url, origin, { 'access-control-request-headers': SENT.join(',') });

      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-allow-headers')?.split(',')).toEqual(SENT);
      expect(answer.headers.get('access-control-allow-methods')).toBe('GET, POST');
      expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThan(0);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toMatch(/Origin/);
    },
  );

  test('pages read answers and request ids, also of compiled queries', async () => {
    for (let time = 0; time < 6; time += 1) {
      const answer = await facade.query('{ __typename }', { headers: { origin: ALLOWED } });

      expect(answer.data).toEqual({ __typename: 'Query' });
      expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
      expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toContain('Origin');
    }
  });

  test('pages read refusals, too', async () => {
    const answer = await fetch(`${facade.url}/graphql`, {
      method: 'POST',
      headers: { origin: ALLOWED, 'content-type': 'application/json' },
      body: '{',
    });

    expect(answer.status).toBe(400);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
  });

  test.each(REFUSED)('%s gets no header and costs no work', async (origin) => {
    const answer = await preflight(facade.url, origin, { 'access-control-request-private-network': 'true' });

    expect(answer.status).toBe(405);
    expect(corsHeaders(answer)).toEqual([]);
    expect(answer.headers.get('vary')).toContain('Origin');
    expect(corsHeaders(await facade.query('{ __typename }', { headers: { origin } }))).toEqual([]);
    expect(facade.upstream()).toEqual({});
  });

  test('a form of another site is refused as ever', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await fetch(`${facade.url}/graphql`, {
        method: 'POST',
        headers: { origin: ALLOWED, 'content-type': type },
        body: '{"query":"{ __typename }"}',
      });
      expect(answer.status, type).toBe(415);
    }
    expect((await fetch(`${facade.url}/graphql?query={__typename}`, { headers: { origin: ALLOWED } })).status).toBe(
      400,
    );
  });

  test('CORS brings neither the explorer nor introspection', async () => {
    expect((await fetch(facade.url)).status).toBe(404);
    expect((await facade.query('{ __schema { queryType { name } } }')).errors).toHaveLength(1);
  });
});

test('without CORS_ORIGINS a preflight in production ends without headers', async () => {
  const facade = await startFacade({ env: { NODE_ENV: 'production' } });
  try {
    const answer = await preflight(facade.url, ALLOWED);
    expect([answer.status, corsHeaders(answer)]).toEqual([405, []]);
  } finally {
    await facade.close();
  }
});

test('a request that lacks the proof of the router is refused readably, and its preflight is answered', async () => {
  const facade = await startFacade({ env: { ROUTER_SECRET: 'r'.repeat(32), CORS_ORIGINS: ALLOWED } });
  try {
    expect((await preflight(facade.url, ALLOWED)).status).toBe(204);
    const answer = await fetch(`${facade.url}/graphql`, { method: 'POST', headers: { origin: ALLOWED } });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
  } finally {
    await facade.close();
  }
});
