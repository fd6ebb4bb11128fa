import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RouterCaches } from '../../src/cache/routerCaches.ts';
import { Secret } from '../../src/values/secret.ts';

const waiting: { readonly body: Record<string, unknown>[]; readonly response: ServerResponse }[] = [];
const server = createServer(async (request, response) => {
  waiting.push({ body: (await new Response(request as never).json()) as Record<string, unknown>[], response });
});

beforeEach(async () => {
  waiting.length = 0;
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => void server.close());

function cachesBy(by: 'subgraph' | 'tag'): RouterCaches {
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const settings = { routers: [{ name: 'main', url }], key: new Secret('x'), subgraph: 'geai', timeoutMs: 10_000, by };
  return new RouterCaches(settings, pino({ level: 'silent' }));
}

async function answer(call: number): Promise<Record<string, unknown>[]> {
  await expect.poll(() => waiting.length).toBe(call);
  waiting[call - 1]?.response.writeHead(202).end();
  return waiting[call - 1]?.body ?? [];
}

test('changes that come while a call is under way share the next one', async () => {
  const caches = cachesBy('subgraph');
  const first = caches.invalidate(['a']);
  const others = [caches.invalidate(['b']), caches.invalidate(null), caches.invalidate(['c'])];
  await answer(1);
  await first;
  await answer(2);
  const told = await Promise.all(others);
  const later = caches.invalidate(['d']);
  await answer(3);
  await later;

  expect(told).toEqual(others.map(() => [{ router: 'main', isConfirmed: true }]));
  expect(waiting.map(({ body }) => body)).toEqual(Array(3).fill([{ kind: 'subgraph', subgraph: 'geai' }]));
});

test('a call by tags ends those of all changes that share it, each once', async () => {
  const caches = cachesBy('tag');
  const changes = [caches.invalidate(['a']), caches.invalidate(['b', 'c']), caches.invalidate(['c', 'd'])];
  const tagsOf = (body: Record<string, unknown>[]) => body.map((one) => one.cache_tag);

  expect(await answer(1)).toEqual([{ kind: 'cache_tag', subgraphs: ['geai'], cache_tag: 'a' }]);
  expect(tagsOf(await answer(2))).toEqual(['b', 'c', 'd']);
  await Promise.all(changes);
});

test.each<[string, (readonly string[] | null)[]]>([
  ['one of unknown extent', [['b'], null, ['c']]],
  ['more tags than one call takes', Array.from({ length: 101 }, (_, place) => [`${place}`])],
])('changes with %s end everything', async (_what, changes) => {
  const caches = cachesBy('tag');
  const all = [caches.invalidate(['a']), ...changes.map((tags) => caches.invalidate(tags))];
  await answer(1);

  expect(await answer(2)).toEqual([{ kind: 'subgraph', subgraph: 'geai' }]);
  await Promise.all(all);
});
