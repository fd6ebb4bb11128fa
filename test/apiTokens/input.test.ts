import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';

const CREATE = `mutation ($input: CreateApiTokenInput!) {
  createApiToken(input: $input) { secret apiToken { name description } userErrors { code field message } }
}`;

let facade: Facade;
let token: string;
let projectId: string;
let foreignProjectId: string;

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 3 } });
  const [acme, other] = facade.emulator.seeded.organizations;
  token = acme?.token ?? '';
  projectId = acme?.projects[0]?.id ?? '';
  foreignProjectId = other?.projects[0]?.id ?? '';
  await facade.query('{ viewer { scopes } }', { token });
});
beforeEach(() => facade.emulator.resetCalls());
afterAll(() => facade.close());

const create = (input: object) =>
  facade.query(CREATE, { token, variables: { input: { projectId, name: 'Fine', ...input } } });

test.each([
  ['an empty name', { name: '' }, 'REQUIRED', 'name'],
  ['a blank name', { name: ' \u00a0 ' }, 'REQUIRED', 'name'],
  ['a name of 101 characters', { name: 'x'.repeat(101) }, 'TOO_LONG', 'name'],
  ['a name with a line break', { name: 'one\ntwo' }, 'INVALID_CHARACTERS', 'name'],
  ['a name with NUL', { name: 'one\u0000' }, 'INVALID_CHARACTERS', 'name'],
  ['a description of 501 characters', { description: 'x'.repeat(501) }, 'TOO_LONG', 'description'],
  ['a description with an escape', { description: '\u001b[31m' }, 'INVALID_CHARACTERS', 'description'],
  ['a project id that is no UUID', { projectId: '../tokens' }, 'INVALID_ID', 'projectId'],
  ['an empty project id', { projectId: '' }, 'INVALID_ID', 'projectId'],
])('createApiToken refuses %s and sends nothing', async (_case, input, code, field) => {
  const answer = await create(input);

  expect(answer.errors).toBeUndefined();
  expect(answer.data.createApiToken).toMatchObject({ secret: null, apiToken: null, userErrors: [{ code, field }] });
  expect(facade.upstream()).toEqual({});
});

test('every mistake of an input is named at once', async () => {
  const answer = await create({ projectId: 'nonsense', name: '', description: '\u0007' });

  expect(answer.data.createApiToken.userErrors.map(({ field }: { field: string }) => field)).toEqual([
    'projectId',
    'name',
    'description',
  ]);
});

test.each([
  ['unknown', () => '00000000-0000-4000-8000-000000000000'],
  ["another organization's", () => foreignProjectId],
])('createApiToken in an %s project is a user error', async (_case, id) => {
  const answer = await create({ projectId: id() });

  expect(answer.errors).toBeUndefined();
  expect(answer.data.createApiToken).toMatchObject({
    apiToken: null,
    userErrors: [{ code: 'PROJECT_NOT_FOUND', field: 'projectId' }],
  });
});

test('any name and description within the rules arrive as they were given', async () => {
  const text = fc
    .string({ maxLength: 100, unit: 'grapheme' })
    .filter((value) => !/\p{Cc}|[\u2028\u2029]/u.test(value) && [...value].length <= 100);
  const name = text.filter(
    (value) =>
      /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u.test(value) && !/\p{Bidi_Control}/u.test(value),
  );
  await fc.assert(
    fc.asyncProperty(name, text, async (given, description) => {
      const { data } = await create({ name: given, description });
      expect(data.createApiToken.userErrors).toEqual([]);
      expect(data.createApiToken.apiToken).toEqual({ name: given, description: description || null });
    }),
    { numRuns: 50 },
  );
});

test('a name of one character many times is no mask of the value that it stands in', async () => {
  const { data } = await facade.query(
    `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret apiToken { id } userErrors { code } } }`,
    { token, variables: { input: { projectId, name: 'zzzzzzzzzz' } } },
  );
  const { secret, apiToken, userErrors } = data.createApiToken;

  expect([secret, userErrors]).toEqual([expect.stringMatching(/^zzzzzzzzzz_/), []]);
  expect((await apply('revokeApiToken', apiToken.id)).data.revokeApiToken.userErrors).toEqual([]);
  expect(facade.emulator.tokens(projectId).find(({ id }) => id === secret)?.status).toBe('Revoked');
});

const MUTATIONS = ['blockApiToken', 'unblockApiToken', 'revokeApiToken', 'updateApiToken'] as const;

const apply = (mutation: string, id: string, more = '') =>
  facade.query(
    `mutation ($id: ID!) { ${mutation}(input: { id: $id${mutation === 'updateApiToken' ? ', description: "d"' : ''}${more} }) {
      apiToken { id } userErrors { code field } } }`,
    { token, variables: { id } },
  );

test.each(MUTATIONS)(
  '%s refuses ids that are none, are of another kind or were altered, and sends nothing',
  async (mutation) => {
    const { data } = await facade.query('query ($id: ID!) { project(id: $id) { apiTokens { nodes { id } } } }', {
      token,
      variables: { id: projectId },
    });
    const id: string = data.project.apiTokens.nodes[0].id;
    facade.emulator.resetCalls();
    for (const bad of ['', 'x', projectId, id.slice(0, -1), `${id}=`, `B${id.slice(1)}`]) {
      const answer = await apply(mutation, bad);
      expect(answer.data[mutation]).toMatchObject({
        apiToken: null,
        userErrors: [{ code: 'INVALID_ID', field: 'id' }],
      });
    }
    // What the token is may have to be asked again, seconds later.
    const { 'GET /v1/accessControl/apitoken/validate': _, ...sent } = facade.upstream();
    expect(sent).toEqual({});
  },
);

test.each(MUTATIONS)('%s finds no token behind a well-formed id of nothing', async (mutation) => {
  const { data } = await facade.query('query ($id: ID!) { project(id: $id) { apiTokens { nodes { id } } } }', {
    token,
    variables: { id: projectId },
  });
  const id: string = data.project.apiTokens.nodes[0].id;
  const bytes = Buffer.from(id, 'base64url');
  bytes[32] = (bytes[32] ?? 0) ^ 1;

  const answer = await apply(mutation, bytes.toString('base64url'));

  expect(answer.data[mutation]).toMatchObject({
    apiToken: null,
    userErrors: [{ code: 'TOKEN_NOT_FOUND', field: 'id' }],
  });
  expect(facade.upstream()[routes.updateToken]).toBeUndefined();
});

test.each(MUTATIONS)("%s does not find another organization's token", async (mutation) => {
  const other = facade.emulator.seeded.organizations[1];
  const { data } = await facade.query('query ($id: ID!) { project(id: $id) { apiTokens { nodes { id } } } }', {
    token: other?.token,
    variables: { id: foreignProjectId },
  });

  const answer = await apply(mutation, data.project.apiTokens.nodes[0].id);

  expect(answer.data[mutation]).toMatchObject({ apiToken: null, userErrors: [{ code: 'TOKEN_NOT_FOUND' }] });
});

test('a reason that is too long is refused, together with an id that is none', async () => {
  const answer = await apply('blockApiToken', 'x', `, reason: "${'r'.repeat(501)}"`);

  expect(answer.data.blockApiToken.userErrors).toEqual([
    { code: 'TOO_LONG', field: 'reason' },
    { code: 'INVALID_ID', field: 'id' },
  ]);
});

test.each([
  ['project(id: "")', 'UUID'],
  ['project(id: "../../v2")', 'UUID'],
  ['organization(id: "Acme")', 'UUID'],
  ['apiToken(id: "nonsense")', 'ApiToken'],
  ['assistant(id: "nonsense")', 'Assistant'],
  ['organization { projects(first: 0) { totalCount } }', '1 to 100'],
  ['organization { projects(first: -1) { totalCount } }', '1 to 100'],
  ['organization { projects(first: 10_000) { totalCount } }'.replace('_', ''), '1 to 100'],
  ['organization { projects(after: "nonsense") { totalCount } }', 'cursor'],
  ['organization { projects(after: "WyJhcGlUb2tlbnMiLCJ4IiwwXQ") { totalCount } }', 'cursor'],
])('%s is BAD_USER_INPUT and says what is right', async (field, hint) => {
  const selection = field.includes('{') || field.includes(' {') ? field : `${field} { id }`;
  const answer = await facade.query(`{ bad: ${selection} healthy: organization { name } }`, { token });

  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  expect(answer.errors?.[0]?.message).toContain(hint);
  expect(answer.data.healthy).toEqual({ name: expect.any(String) });
});
