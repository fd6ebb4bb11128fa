import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/emulator.ts';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';

type Encoding = Omit<Extract<Fault, { kind: 'encode' }>, 'route' | 'kind'>;

const LINKED = `{ organization { name projects { nodes { name
  apiTokens { nodes { name status } } assistants { nodes { name revisions { name } } } usageLimit { status hardLimit } } } } }`;
const CREATE = `mutation ($id: ID!) { createApiToken(input: { projectId: $id, name: "x", status: BLOCKED }) {
  recovered apiToken { name status } userErrors { code } } }`;

/** What the transport takes at most; more of it than the platform's own body. */
const MAX_BYTES = 64 * 1024 * 1024;

let facade: Facade;
let token: string;
let projectId: string;

beforeAll(async () => {
  facade = await startFacade({
    emulator: { organizations: 1, projects: 3 },
    env: { GEAI_BORROW_PROJECT_TOKENS: 'true' },
  });
  const [acme] = facade.emulator.seeded.organizations;
  [token, projectId] = [acme!.token, acme!.projects[0]!.id];
});
afterAll(() => facade.close());

const disturb = (route: string, encoding: Encoding) =>
  facade.emulator.setFaults([{ route, kind: 'encode', ...encoding }]);

describe.each<[string, Encoding]>([
  ['as gzip', { coding: 'gzip' }],
  ['as br', { coding: 'br' }],
  ['as deflate', { coding: 'deflate' }],
  ['as deflate without its header', { coding: 'deflate-raw' }],
  ['with a byte order mark', { mark: 'utf-8' }],
  ['in UTF-16', { mark: 'utf-16le' }],
  ['in UTF-16, big end first', { mark: 'utf-16be' }],
  ['compressed with a byte order mark', { coding: 'gzip', mark: 'utf-8' }],
  ['with blanks behind', { padding: 1_000_000 }],
])('with everything answered %s', (_name, encoding) => {
  test('reads are as ever', async () => {
    facade.emulator.setFaults([]);
    const usual = await facade.query(LINKED, { token });
    disturb('*', encoding);

    const { data, errors } = await facade.query(LINKED, { token });

    expect(errors).toBeUndefined();
    expect(data).toEqual(usual.data);
  });

  test('writes are as ever, and refusals are understood', async () => {
    disturb('*', encoding);

    const created = await facade.query(CREATE, { token, variables: { id: projectId } });
    const unknown = await facade.query(CREATE, { token, variables: { id: '00000000-0000-4000-8000-000000000000' } });
    const refused = await facade.query('{ viewer { scopes } }', { token: 'default_unknown' });

    expect(created.data.createApiToken).toEqual({
      recovered: false,
      apiToken: { name: 'x', status: 'BLOCKED' },
      userErrors: [],
    });
    expect(unknown.data.createApiToken.userErrors).toEqual([{ code: 'PROJECT_NOT_FOUND' }]);
    expect(codes(refused)).toEqual(['UNAUTHENTICATED']);
  });
});

test.each<[string, Encoding]>([
  ['is too large', { padding: MAX_BYTES }],
  ['is too large once it is decompressed from gzip', { coding: 'gzip', padding: MAX_BYTES }],
  ['is too large once it is decompressed from br', { coding: 'br', padding: MAX_BYTES }],
  ['comes in a coding that nobody knows', { label: 'x-odd' }],
  ['is labelled as compressed and is not', { label: 'gzip' }],
])('an answer that %s is a bad one, asked for once, and the rest stays', async (_name, encoding) => {
  disturb(routes.listTokens, encoding);
  facade.emulator.resetCalls();

  const answer = await facade.query(
    'query ($id: ID!) { project(id: $id) { name apiTokens { totalCount } } organization { name } }',
    { token, variables: { id: projectId } },
  );

  expect(codes(answer)).toEqual(['UPSTREAM_BAD_RESPONSE']);
  expect(answer.data).toEqual({
    project: { name: expect.any(String), apiTokens: null },
    organization: { name: expect.any(String) },
  });
  expect(facade.upstream()[routes.listTokens]).toBe(1);
});

test('a creation whose answer cannot be read is looked for', async () => {
  disturb(routes.createToken, { label: 'x-odd' });

  const { data } = await facade.query(CREATE, { token, variables: { id: projectId } });

  expect(data.createApiToken).toMatchObject({ recovered: true, apiToken: { status: 'BLOCKED' }, userErrors: [] });
});
