import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { RouterCaches } from '../../src/cache/routerCaches.ts';
import { Secret } from '../../src/values/secret.ts';

test('changes that come while a call is under way share the next one', async () => {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => void waiting.push(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const settings = { routers: [{ name: 'main', url }], key: new Secret('x'), subgraph: 'geai', timeoutMs: 10_000 };
  const caches = new RouterCaches(settings, pino({ level: 'silent' }));
  const arrived = () => expect.poll(() => waiting.length);

  const first = caches.invalidate();
  const others = [caches.invalidate(), caches.invalidate(), caches.invalidate()];
  await arrived().toBe(1);
  waiting[0]?.writeHead(202).end();
  await first;
  await arrived().toBe(2);
  waiting[1]?.writeHead(202).end();
  const told = await Promise.all(others);
  const later = caches.invalidate();
  await arrived().toBe(3);
  waiting[2]?.writeHead(202).end();
  await later;
  server.close();

  expect(told).toEqual(others.map(() => [{ router: 'main', isConfirmed: true }]));
  expect(waiting).toHaveLength(3);
});
