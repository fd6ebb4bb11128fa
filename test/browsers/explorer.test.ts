import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';

const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'];
const OTHER_ORIGINS = [
  'https://example.com',
  'http://studio.apollographql.com',
  'https://studio.apollographql.com.example.com',
  'https://evil-studio.apollographql.com',
  'null',
];
const INTROSPECTION = '{ __schema { queryType { name } } }';

const corsHeaders = ({ headers }: Pick<Response, 'headers'>) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

function preflight(facade: Facade, origin: string): Promise<Response> {
  return fetch(`${facade.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,geai-tokens',
      'access-control-request-private-network': 'true',
    },
  });
}

describe('with Sandbox', () => {
  let facade: Facade;
  beforeAll(async () => {
    facade = await startFacade({ env: { EXPLORER: 'sandbox' } });
  });
  afterAll(() => facade.close());

  async function page() {
    const answer = await fetch(facade.url);
    const html = await answer.text();
    const policy = answer.headers.get('content-security-policy')!;
    return { answer, html, policy, nonces: [...policy.matchAll(/'nonce-([^']+)'/g)].map(([, nonce]) => nonce!) };
  }

  test('the page at / carries in every script and style the nonce of its policy', async () => {
    const { answer, html, policy, nonces } = await page();

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/html');
    const tags = html.match(/<(script|style)\b[^>]*>/g)!;
    expect(tags.length).toBeGreaterThanOrEqual(2);
    expect(new Set(nonces).size).toBe(1);
    for (const tag of tags) expect(tag).toContain(`nonce="${nonces[0]}"`);
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
    expect(html).not.toMatch(/\s(on[a-z]+|style)=/);
  });

  test('the policy of the page names all that it loads and frames, and nothing else', async () => {
    const { html, policy } = await page();

    const [script] = [...html.matchAll(/\.src = '(https:\/\/[^/']+)/g)].map(([, origin]) => origin!);
    const directives = new Map(policy.split('; ').map((part) => [part.split(' ')[0], part]));
    expect(directives.get('script-src')).toContain(script);
    expect(directives.get('frame-src')).toBe('frame-src https://sandbox.embed.apollographql.com');
    expect(directives.get('connect-src')).toBe("connect-src 'self'");
    expect(directives.get('default-src')).toBe("default-src 'none'");
  });

  test('the page shows its own text at once: nothing of another host stands before it, or is waited for', async () => {
    const { html } = await page();

    expect(html).toMatch(/<main id="ours">\s*<h1>/);
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=/);
  });

  test('GraphiQL is one click away', async () => {
    expect((await page()).html).toContain('href="/graphiql"');
    expect((await fetch(`${facade.url}/graphiql`)).status).toBe(200);
  });

  test('every load of the page has a nonce of its own', async () => {
    const loads = await Promise.all([page(), page(), page()]);

    expect(new Set(loads.map(({ nonces }) => nonces[0])).size).toBe(3);
    for (const { nonces } of loads) expect(Buffer.from(nonces[0]!, 'base64').length).toBeGreaterThanOrEqual(16);
  });

  test.each(SANDBOX_ORIGINS)('%s may send requests from a browser, also into a private network', async (origin) => {
    const answer = await preflight(facade, origin);

    expect(answer.ok).toBe(true);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-allow-private-network')).toBe('true');
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
    expect(answer.headers.get('access-control-allow-headers')).toBe('authorization,content-type,geai-tokens');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');

    const result = await facade.query('{ __typename }', { headers: { origin } });
    expect(result.headers.get('access-control-allow-origin')).toBe(origin);
  });

  test.each(OTHER_ORIGINS)('%s may not', async (origin) => {
    const answer = await preflight(facade, origin);

    expect(corsHeaders(answer)).toEqual([]);
    const result = await facade.query('{ __typename }', { headers: { origin } });
    expect(corsHeaders(result)).toEqual([]);
    expect(result.headers.get('vary')).toContain('Origin');
  });

  test('the schema can be explored', async () => {
    expect((await facade.query(INTROSPECTION)).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });
});

describe.each([
  { name: 'EXPLORER=false', env: { EXPLORER: 'false' } as Record<string, string> },
  { name: 'NODE_ENV=production', env: { NODE_ENV: 'production' } as Record<string, string> },
])('with $name', ({ env }) => {
  let facade: Facade;
  beforeAll(async () => {
    facade = await startFacade({ env });
  });
  afterAll(() => facade.close());

  test('no page is served', async () => {
    for (const path of ['', '/graphiql', '/sandbox', '/explorer/assets/x.js']) {
      expect((await fetch(facade.url + path)).status).toBe(404);
    }
  });

  test('a browser that opens the graph is not sent anywhere', async () => {
    const answer = await fetch(`${facade.url}/graphql`, { headers: { accept: 'text/html' }, redirect: 'manual' });
    expect(answer.status).toBe(400);
  });

  test('no site may send requests from a browser', async () => {
    for (const origin of SANDBOX_ORIGINS) {
      const answer = await preflight(facade, origin);
      expect(corsHeaders(answer)).toEqual([]);
    }
  });

  test('the schema is not told, but the router still gets the contract', async () => {
    const { data, errors } = await facade.query(INTROSPECTION);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      { message: expect.stringContaining('INTROSPECTION=true'), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);

    const service = await facade.query('{ _service { sdl } }');
    expect(service.data._service.sdl).toContain('type Project');
  });
});

test('in production the explorer is there when asked for', async () => {
  const facade = await startFacade({ env: { NODE_ENV: 'production', EXPLORER: 'true' } });
  try {
    expect((await fetch(facade.url)).status).toBe(200);
  } finally {
    await facade.close();
  }
});
