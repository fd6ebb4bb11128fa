import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from './httpLayer.ts';

let served: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  served = await serve({ typeDefs: 'type Query { x: ID }', resolvers: { Query: { x: () => 'foo' } } });
});
afterAll(async () => {
  await served.server.stop();
  await served.extraCleanup();
});

const status = async (method: string, headers: Record<string, string>) => {
  const [search, body] =
    method === 'GET' ? [`?${new URLSearchParams({ query: '{x}' })}`, null] : ['', '{"query":"{x}"}'];
  return (await fetch(`${served.url}/${search}`, { method, headers, body })).status;
};

// The rest of what the suite asks of CSRF, whose one test ends at our 415.
test.each<[string, Record<string, string>, number]>([
  ['POST', { 'content-type': 'application/json' }, 200],
  ['POST', { 'content-type': 'text/plain' }, 415],
  ['POST', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['GET', {}, 400],
  ['GET', { 'content-type': 'application/json' }, 200],
  ['GET', { 'content-type': '   application/json   ; charset=utf-8' }, 200],
  ['GET', { 'content-type': 'text/plain' }, 400],
  ['GET', { 'content-type': '   text/plain   ; charset=utf-8' }, 400],
  ['GET', { 'content-type': 'invalid' }, 415],
  ['GET', { 'x-apollo-operation-name': 'foo' }, 200],
  ['GET', { 'apollo-require-preflight': 'bar' }, 200],
  ['GET', { 'please-preflight-me': 'bar' }, 400],
])('%s with %j gets %i', async (method, headers, expected) => {
  expect(await status(method, headers)).toBe(expected);
});
