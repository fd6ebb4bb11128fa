import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { makeCertificates } from '../support/certificates.ts';
import { codes, query, TEST_ID_SECRET } from '../support/facade.ts';
import { startForwardProxy } from '../support/forwardProxy.ts';
import { runProgram } from '../support/program.ts';

/** The emulated platform behind TLS, with a certificate of an authority that Node does not know. */
async function startTlsPlatform() {
  const { authority, cert, key } = makeCertificates();
  const emulator = await startEmulator({ organizations: 1, projects: 1 });
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    const { method = 'GET', headers } = incoming;
    const inner = request(new URL(incoming.url ?? '', emulator.url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(inner);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await emulator.close();
  });
  const { port } = server.address() as AddressInfo;
  return { authority, port, token: emulator.seeded.organizations[0]!.token };
}

/** Asks a facade in a process of its own, since Node reads authorities at start. */
async function askWith(env: Record<string, string>, { port, token }: { port: number; token: string }) {
  const base = { PORT: '0', ID_SECRET: TEST_ID_SECRET, GEAI_BASE_URL: `https://localhost:${port}`, LOG_LEVEL: 'info' };
  const program = runProgram({ ...base, ...env });
  const { address } = await program.logged('listening');
  const answer = await query(String(address), '{ viewer { scopes } }', { token });
  program.signal('SIGTERM');
  expect(await program.exit).toBe(0);
  return answer;
}

test('an authority of the company is trusted by NODE_EXTRA_CA_CERTS alone, directly and through the proxy', async () => {
  const platform = await startTlsPlatform();
  const proxy = await startForwardProxy();
  const trusting = { NODE_EXTRA_CA_CERTS: platform.authority };
  const scopes = { viewer: { scopes: ['ORGANIZATION'] } };

  expect(codes(await askWith({}, platform))).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect((await askWith(trusting, platform)).data).toEqual(scopes);
  expect(proxy.seen).toEqual([]);
  expect((await askWith({ ...trusting, HTTPS_PROXY: proxy.url }, platform)).data).toEqual(scopes);
  expect(new Set(proxy.seen)).toEqual(new Set([`localhost:${platform.port}`]));
  expect(codes(await askWith({ HTTPS_PROXY: proxy.url }, platform))).toEqual(['UPSTREAM_UNAVAILABLE']);
});
