import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { keysAt } from '../../src/access/keySource.ts';
import { proxyAgent } from '../../src/platform/client/proxy.ts';
import { Secret } from '../../src/values/secret.ts';
import { codes, type FacadeOptions, routes, startFacade } from '../support/facade.ts';
import { startForwardProxy } from '../support/forwardProxy.ts';

async function started(options: FacadeOptions) {
  const facade = await startFacade({ emulator: { organizations: 1, projects: 1 }, ...options });
  onTestFinished(() => facade.close());
  return { ...facade, token: facade.emulator.seeded.organizations[0]!.token };
}

test('calls of the platform go through the proxy, with its user and the caller’s own token', async () => {
  const proxy = await startForwardProxy();
  const env = { HTTP_PROXY: proxy.url.replace('//', '//user:pass%20word@') };
  const facade = await started({ env });

  const { errors } = await facade.query('{ viewer { scopes } }', { token: facade.token });

  expect(errors).toBeUndefined();
  expect(proxy.seen).toEqual([`${facade.emulator.url}/v1/accessControl/apitoken/validate`]);
  expect(proxy.lastHeaders()['proxy-authorization']).toBe(`Basic ${btoa('user:pass word')}`);
  expect(facade.upstream()).toEqual({ [routes.validate]: 1 });
  expect(facade.log()).not.toMatch(/pass.{1,3}word/);
});

test.each([['127.0.0.1'], ['localhost, 127.0.0.1'], ['*']])('NO_PROXY=%s lets them go past it', async (NO_PROXY) => {
  const proxy = await startForwardProxy();
  const facade = await started({ env: { HTTP_PROXY: proxy.url, NO_PROXY } });

  const { errors } = await facade.query('{ viewer { scopes } }', { token: facade.token });

  expect(errors).toBeUndefined();
  expect(proxy.seen).toEqual([]);
});

test('a proxy for https is none for http', async () => {
  const proxy = await startForwardProxy();
  const facade = await started({ env: { HTTPS_PROXY: proxy.url } });

  await facade.query('{ viewer { scopes } }', { token: facade.token });

  expect(proxy.seen).toEqual([]);
  expect(facade.upstream()).toEqual({ [routes.validate]: 1 });
});

test('a proxy that refuses is an error of the way to the platform', async () => {
  const proxy = await startForwardProxy();
  const facade = await started({ env: { HTTP_PROXY: proxy.url } });
  proxy.refuse();

  const answer = await facade.query('{ viewer { scopes } }', { token: facade.token });

  expect(codes(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(facade.upstream()).toEqual({});
});

test('keys of the issuer are read through the proxy', async () => {
  const proxy = await startForwardProxy();
  const issuer = createServer((_request, response) => response.end('{"keys":[]}'));
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  const agent = proxyAgent({ http: new Secret(proxy.url), https: null, except: '' }, {}, 5_000);
  onTestFinished(async () => {
    await agent.close();
    issuer.close();
  });
  const url = new URL(`http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks.json`);

  expect(await keysAt(url, 5_000, agent)()).toBe('{"keys":[]}');
  expect(proxy.seen).toEqual([url.href]);
});

test('spans are sent through the proxy', async () => {
  const proxy = await startForwardProxy();
  const env = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:9' };
  const facade = await started({ env });

  await facade.query('{ viewer { scopes } }', { token: facade.token });

  await expect.poll(() => proxy.seen).toContain('http://localhost:9/v1/traces');
});
