import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleExplorer } from '../../tools/explorer/bundle.ts';
import { type Facade, startFacade } from '../support/facade.ts';

/** Bundling takes seconds where nobody did it before. */
const BUNDLING_MS = 180_000;

/** What a browser of a person sends. */
const ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let facade: Facade;
let html: string;
let assets: string[];
beforeAll(async () => {
  await bundleExplorer();
  facade = await startFacade();
  html = await (await fetch(facade.url)).text();
  assets = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);
}, BUNDLING_MS);
afterAll(() => facade.close());

const getAsset = (path: string, encoding: string) =>
  fetch(facade.url + path, { headers: { 'accept-encoding': encoding } });

test('the page loads scripts and styles of its own origin, by names with a hash', () => {
  expect(assets.length).toBeGreaterThanOrEqual(2);
  for (const path of assets) expect(path).toMatch(/^\/explorer\/assets\/[\w-]+-[\w-]{8}\.(js|css)$/);
  expect(html).not.toMatch(/<script(?![^>]* src=)|https?:/);
});

test('the policy of the page allows nothing but this origin, and no script in line', async () => {
  const policy = (await fetch(facade.url)).headers.get('content-security-policy')!;
  const directives = new Map(policy.split('; ').map((part) => [part.split(' ')[0], part]));

  expect(policy).not.toMatch(/https?:|unsafe-eval|\*|blob:/);
  for (const name of ['script-src', 'worker-src', 'connect-src']) expect(directives.get(name)).toBe(`${name} 'self'`);
  expect(directives.get('default-src')).toBe("default-src 'none'");
  expect(directives.get('frame-ancestors')).toBe("frame-ancestors 'none'");
});

test('an asset is compressed as the browser takes it, and kept for a year', async () => {
  const path = assets.find((one) => one.endsWith('.js'))!;
  const plain = await getAsset(path, 'identity');
  const text = await plain.text();

  expect(plain.headers.get('content-encoding')).toBeNull();
  for (const encoding of ['br', 'gzip']) {
    const answer = await getAsset(path, encoding);
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('vary')).toContain('accept-encoding');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(Number(answer.headers.get('content-length'))).toBeLessThan(text.length / 2);
    expect(await answer.text()).toBe(text);
  }
  expect((await getAsset(path, 'gzip, deflate, br')).headers.get('content-encoding')).toBe('br');
});

test('the first load of the page is under a megabyte', async () => {
  const sizes = await Promise.all(
    assets.map(async (path) => Number((await getAsset(path, 'gzip')).headers.get('content-length'))),
  );

  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(1_000_000);
});

test.each(['../index.html', '..%2fstamp', '%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json', 'nothing.js', 'x.js.gz'])(
  'no file beside the assets is served: %s',
  async (name) => {
    expect((await fetch(`${facade.url}/explorer/assets/${name}`)).status).toBe(404);
  },
);

test.each(['/graphql', '/graphql?query={__typename}'])(
  'a browser that opens %s is sent to the explorer',
  async (path) => {
    const answer = await fetch(facade.url + path, { headers: { accept: ACCEPT }, redirect: 'manual' });

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(facade.upstream()).toEqual({});
  },
);

test('clients that ask for anything else are answered by the graph', async () => {
  for (const accept of ['application/json', '*/*', 'application/graphql-response+json']) {
    const headers = { accept, 'content-type': 'application/json' };
    const answer = await fetch(`${facade.url}/graphql?query={__typename}`, { headers, redirect: 'manual' });
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
  }
  const headers = { accept: ACCEPT, 'content-type': 'application/json' };
  const posted = await fetch(`${facade.url}/graphql`, { method: 'POST', headers, body: '{"query":"{__typename}"}' });
  expect(posted.status).not.toBe(303);
});

test('Sandbox is one click away', async () => {
  const script = await getAsset(assets.find((path) => /index-.*\.js$/.test(path))!, 'gzip');

  expect(await script.text()).toContain('/sandbox');
  expect(await (await fetch(`${facade.url}/sandbox`)).text()).toContain('embeddable-sandbox');
});
