import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facade, metricOf, startFacade } from '../support/facade.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const NAME = 'query Name { organization { name } }';
const PROJECTS = 'query Projects($first: Int!) { organization { projects(first: $first) { nodes { name } } } }';
const GONE = 'query Gone { organization { gone } }';
const SCHEMA = 'query Schema { __schema { queryType { name } } }';
const COSTLY =
  'query Costly { organization { projects(first: 100) { nodes { apiTokens(first: 100) { nodes { id } } } } } }';
const OTHER = '{ viewer { scopes } }';

const folder = mkdtempSync(join(tmpdir(), 'geai-trusted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MANIFEST = join(folder, 'manifest.json');
const texts = [NAME, PROJECTS, GONE, SCHEMA, COSTLY];
const hashes = texts.map((text) => [sha256(text), text]);
writeFileSync(MANIFEST, JSON.stringify({ ...Object.fromEntries(hashes), 'relay-md5': NAME }));

interface Reply {
  readonly status: number;
  readonly name: unknown;
  readonly code: unknown;
}

let [open, only]: Facade[] = [];
beforeAll(async () => {
  const env = { TRUSTED_DOCUMENTS: MANIFEST, EXPLORER: 'false', UPSTREAM_CALL_BUDGET: '50' };
  open = await startFacade({ env });
  only = await startFacade({ env: { ...env, TRUSTED_DOCUMENTS_ONLY: 'true' } });
});
afterAll(() => Promise.all([open, only].map((facade) => facade?.close())));

async function reply(asked: Promise<Response>): Promise<Reply> {
  const response = await asked;
  const { data, errors } = JSON.parse(await response.text());
  return { status: response.status, name: data?.organization?.name, code: errors?.[0].extensions.code };
}

const authorization = (facade: Facade) => `Bearer ${facade.emulator.seeded.organizations[0]!.token}`;

const post = (facade: Facade, body: unknown) =>
  reply(
    fetch(`${facade.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: authorization(facade) },
      body: JSON.stringify(body),
    }),
  );

const get = (facade: Facade, parameters: Record<string, string> | string) =>
  reply(
    fetch(`${facade.url}/graphql?${new URLSearchParams(parameters)}`, {
      headers: { 'apollo-require-preflight': 'true', authorization: authorization(facade) },
    }),
  );

const byHash = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } });
const ANSWERED = { status: 200, name: 'Acme Robotics', code: undefined };
const REFUSED = { status: 403, name: undefined, code: 'DOCUMENT_NOT_TRUSTED' };
const UNKNOWN = { status: 200, name: undefined, code: 'PERSISTED_QUERY_NOT_FOUND' };
const MALFORMED = { status: 400, name: undefined, code: 'BAD_REQUEST' };

describe.each([
  ['beside other documents', () => open!],
  ['alone', () => only!],
])('trusted documents %s', (_mode, facade) => {
  test.each<[string, object]>([
    ['`documentId` with its prefix', { documentId: `sha256:${sha256(NAME)}` }],
    ['`documentId` in capitals', { documentId: `sha256:${sha256(NAME).toUpperCase()}` }],
    ['`documentId` of the manifest', { documentId: 'relay-md5' }],
    ["Apollo's hash", { extensions: byHash(NAME) }],
    ["Apollo's hash with the text", { query: NAME, extensions: byHash(NAME) }],
    ['the text', { query: NAME }],
    ['`documentId` and the same text', { documentId: 'relay-md5', query: NAME, variables: null, extensions: null }],
  ])('are found by %s', async (_form, body) => {
    expect(await post(facade(), body)).toEqual(ANSWERED);
  });

  test('are found by the parameters of a URL', async () => {
    expect(await get(facade(), { documentId: `sha256:${sha256(NAME)}` })).toEqual(ANSWERED);
    expect(await get(facade(), { extensions: JSON.stringify(byHash(NAME)), operationName: 'Name' })).toEqual(ANSWERED);
    expect(await get(facade(), { query: NAME })).toEqual(ANSWERED);
  });

  test.each<[string, object]>([
    ['an unknown `documentId`', { documentId: 'unknown' }],
    ['a `documentId` that is no text', { documentId: 42 }],
    ['an unknown hash', { extensions: byHash('x') }],
  ])('are refused with the id of the request: %s', async (_form, body) => {
    const response = await fetch(`${facade().url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: authorization(facade()) },
      body: JSON.stringify(body),
    });

    const { errors } = JSON.parse(await response.text());
    expect(errors).toMatchObject([{ extensions: { requestId: response.headers.get('x-request-id') } }]);
  });

  test.each<[string, object, object]>([
    ['an unknown `documentId`', { documentId: `sha256:${sha256('x')}` }, UNKNOWN],
    ['a `documentId` that is a method of every object', { documentId: 'constructor' }, UNKNOWN],
    ['an unknown hash', { extensions: byHash('x') }, UNKNOWN],
    ['a `documentId` that is no text', { documentId: 42 }, MALFORMED],
    ['a `documentId` of one document and the text of another', { documentId: 'relay-md5', query: OTHER }, MALFORMED],
    [
      'a `documentId` of one document and the hash of another',
      { documentId: 'relay-md5', extensions: byHash(PROJECTS) },
      MALFORMED,
    ],
    ['the text of one document and the hash of another', { query: NAME, extensions: byHash(PROJECTS) }, MALFORMED],
    ['extensions that are no object', { documentId: 'relay-md5', extensions: [] }, MALFORMED],
    ['nothing at all', { variables: {} }, MALFORMED],
  ])('are not meant by %s', async (_form, body, expected) => {
    expect(await post(facade(), body)).toEqual(expected);
  });

  test.each([
    ['documentId', 'documentId=relay-md5&documentId=other'],
    ['query', `query=${NAME}&query=${OTHER}`],
    ['query', `documentId=relay-md5&query=${NAME}&query=${OTHER}`],
    ['extensions', `documentId=relay-md5&extensions={}&extensions=${JSON.stringify(byHash(PROJECTS))}`],
  ])('are not meant by a URL with two of `%s`', async (_name, parameters) => {
    expect(await get(facade(), parameters)).toEqual(MALFORMED);
  });

  test('take the fast path when they come again, under each of their names', async () => {
    const forms = [{ query: PROJECTS }, { documentId: `sha256:${sha256(PROJECTS)}` }, { extensions: byHash(PROJECTS) }];
    const before = await metricOf(facade(), 'geai_graph_compiled_answers_total');
    for (let turn = 0; turn < 2; turn += 1) {
      for (const form of forms) await post(facade(), { ...form, variables: { first: 1 } });
    }

    expect(await metricOf(facade(), 'geai_graph_compiled_answers_total')).toBe(before + 3);
  });

  test('are as bounded as others', async () => {
    const refusals = [GONE, SCHEMA, COSTLY].map((text) => post(facade(), { documentId: `sha256:${sha256(text)}` }));

    expect((await Promise.all(refusals)).map(({ code }) => code)).toEqual([
      ...['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'TOO_MANY_UPSTREAM_CALLS'],
    ]);
  });

  test('appear in the log at start if the schema refuses them', () => {
    const [line] = facade()
      .log()
      .split('\n')
      .filter((text) => text.includes('trusted documents that'));

    expect(JSON.parse(line!)).toMatchObject({
      level: 'warn',
      count: 2,
      documents: [{ id: sha256(GONE) }, { id: sha256(SCHEMA) }],
    });
  });
});

describe('TRUSTED_DOCUMENTS_ONLY', () => {
  test.each<[string, object]>([
    ['another text', { query: OTHER }],
    ['a text that differs by a blank', { query: `${NAME} ` }],
    ['another text with its own hash', { query: OTHER, extensions: byHash(OTHER) }],
    ['another text with the hash of a trusted one', { query: OTHER, extensions: byHash(NAME) }],
    ['introspection', { query: '{ __typename }' }],
    ['what is not GraphQL', { query: '{' }],
    ['a mutation', { query: 'mutation { blockApiToken(input: { id: "x" }) { apiToken { id } } }' }],
  ])('%s is refused', async (_form, body) => {
    expect(await post(only!, body)).toEqual(REFUSED);
  });

  test('another text in a URL is refused, however it is repeated', async () => {
    expect(await get(only!, { query: OTHER })).toEqual(REFUSED);
    expect(await get(only!, { query: OTHER, extensions: JSON.stringify(byHash(OTHER)) })).toEqual(REFUSED);
    expect((await get(only!, `query=${OTHER}&query=${NAME}`)).name).toBeUndefined();
  });

  test('a list of operations is refused, and registers none', async () => {
    const list = [{ query: OTHER, extensions: byHash(OTHER) }, { documentId: 'relay-md5' }];

    expect((await post(only!, list)).status).toBe(400);
    expect(await post(only!, { extensions: byHash(OTHER) })).toEqual(UNKNOWN);
  });

  test('nothing is asked of the platform for what is refused', async () => {
    only!.emulator.resetCalls();
    await post(only!, { query: OTHER });

    expect(only!.upstream()).toEqual({});
  });
});

test('beside trusted documents, others run and can be registered', async () => {
  const registered = 'query Registered { organization { name } }';

  expect(await post(open!, { extensions: byHash(registered) })).toEqual(UNKNOWN);
  expect(await post(open!, { query: registered, extensions: byHash(registered) })).toEqual(ANSWERED);
  expect(await post(open!, { extensions: byHash(registered) })).toEqual(ANSWERED);
});

test('a bad manifest, and none where one is needed, are told before the port opens', async () => {
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, JSON.stringify({ [sha256('x')]: NAME }));

  await expect(startFacade({ env: { TRUSTED_DOCUMENTS: bad } })).rejects.toThrow(/TRUSTED_DOCUMENTS: entry .* SHA-256/);
  await expect(startFacade({ env: { TRUSTED_DOCUMENTS_ONLY: 'true' } })).rejects.toThrow(/takes TRUSTED_DOCUMENTS/);
  await expect(startFacade({ env: { TRUSTED_DOCUMENTS: join(folder, 'none.json') } })).rejects.toThrow(
    /names a file that is not there/,
  );
});
