import { createHash } from 'node:crypto';
import { parse } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { documentStore } from '../../src/graphql/documentStores.ts';
import { startFacade } from '../support/facade.ts';

const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');

async function ask(url: string, query: string | undefined, sha256Hash: string) {
  const body = JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } });
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const { data, errors } = (await answer.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
  return data ?? errors?.map(({ extensions }) => extensions.code);
}

test('a query is known by its hash once it was sent whole', async () => {
  const facade = await startFacade();
  onTestFinished(() => facade.close());
  const query = 'query Named { __typename }';

  expect(await ask(facade.url, undefined, hashOf(query))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  expect(await ask(facade.url, query, hashOf(query))).toEqual({ __typename: 'Query' });
  expect(await ask(facade.url, undefined, hashOf(query))).toEqual({ __typename: 'Query' });
});

test('a document counts with its fragments written out: what is worked out of it is kept with it', async () => {
  const documents = documentStore(null);
  const fragments = `fragment F on Query { ${'...G '.repeat(90)} } fragment G on Query { ${'__typename '.repeat(90)} }`;
  for (let index = 0; index < 10; index += 1) {
    await documents.set(String(index), parse(`query Q${index} { ...F } ${fragments}`));
  }

  expect(await documents.get('9')).toBeDefined();
  expect(await documents.get('0')).toBeUndefined();
});

test('parsed documents stay within a bound of their source: ten thousand of them push each other out', async () => {
  const documents = documentStore(null);
  const source = (index: number) => `{ a${index}: __typename ${'# so that it has some length '.repeat(4)}\n }`;
  for (let index = 0; index < 10_000; index += 1) await documents.set(String(index), parse(source(index)));

  const kept = await Promise.all(Array.from({ length: 10_000 }, (_, index) => documents.get(String(index))));
  const size = kept.reduce((sum, document) => sum + (document?.loc?.source.body.length ?? 0), 0);

  expect(await documents.get('9999')).toBeDefined();
  expect(await documents.get('0')).toBeUndefined();
  expect(size).toBeLessThanOrEqual(512 * 1024);
  expect(size).toBeGreaterThan(256 * 1024);
});
