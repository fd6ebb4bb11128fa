import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../emulator/emulator.ts';
import { codes, type Facade, routes, startFacade } from './support/facade.ts';

/** Runs `check` against a facade whose platform behaves as `options` say. */
async function withPlatform(options: EmulatorOptions, check: (facade: Facade, token: string) => Promise<void>) {
  const facade = await startFacade({
    emulator: { projects: 6, ...options },
    env: { GEAI_BORROW_PROJECT_TOKENS: 'true' },
  });
  try {
    await check(facade, facade.emulator.seeded.organizations[0]?.token ?? '');
  } finally {
    await facade.close();
  }
}

const LINKED = `{ organization { name projects { nodes {
  name description status isActive organization { name }
  apiTokens { nodes { name status description createdAt project { name } } }
  assistants { nodes { name description kind status revisions { number name modelName messages { role } } project { name } } }
} } } }`;

test.each<[string, EmulatorOptions]>([
  ['every business error is a plain 400', { strict400: true }],
  ['null members are sent instead of left out', { nullMembers: true }],
  ['an organization token has an empty project', { organizationTokenProject: 'empty' }],
  ['an organization token has the nil project', { organizationTokenProject: 'nil' }],
])('the linked query gives the same answer when %s', async (_variant, options) => {
  let usual: unknown;
  await withPlatform({}, async (facade, token) => {
    usual = (await facade.query(LINKED, { token })).data;
  });
  await withPlatform(options, async (facade, token) => {
    expect((await facade.query(LINKED, { token })).data).toEqual(usual);
  });
});

test('an organization whose name the platform does not tell has none, and the rest is as ever', async () => {
  await withPlatform({ validateNames: false }, async (facade, token) => {
    const { data, errors } = await facade.query('{ organization { id name projects { totalCount } } }', { token });

    expect(errors).toBeUndefined();
    expect(data.organization).toEqual({ id: expect.any(String), name: null, projects: { totalCount: 6 } });
  });
});

test('with every error a plain 400, unknown projects are null and mistakes are user errors', async () => {
  await withPlatform({ strict400: true }, async (facade, token) => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    const { data, errors } = await facade.query(
      `mutation ($id: ID!) { createApiToken(input: { projectId: $id, name: "x" }) { userErrors { code } } }`,
      { token, variables: { id: unknown } },
    );
    expect(errors).toBeUndefined();
    expect(data.createApiToken.userErrors).toEqual([{ code: 'PROJECT_NOT_FOUND' }]);

    const read = await facade.query('query ($id: ID!) { project(id: $id) { name } }', {
      token,
      variables: { id: unknown },
    });
    expect(read.data).toEqual({ project: null });
    expect(read.errors).toBeUndefined();
  });
});

test('when revoked tokens leave the list, revoking still succeeds and shows that the token is gone', async () => {
  await withPlatform({ hideRevokedTokens: true }, async (facade, token) => {
    const project = facade.emulator.seeded.organizations[0]?.projects[0]?.id;
    const created = await facade.query(
      'mutation ($p: ID!) { createApiToken(input: { projectId: $p, name: "x" }) { apiToken { id } } }',
      { token, variables: { p: project } },
    );
    const { data, errors } = await facade.query(
      'mutation ($id: ID!) { revokeApiToken(input: { id: $id }) { changed apiToken { id } userErrors { code } } }',
      { token, variables: { id: created.data.createApiToken.apiToken.id } },
    );

    expect(errors).toBeUndefined();
    expect(data.revokeApiToken).toEqual({ changed: true, apiToken: null, userErrors: [] });
  });
});

test('with masked token values the tokens are listed, each with an id of its own that finds it', async () => {
  await withPlatform({ maskTokenIds: true }, async (facade, token) => {
    const project = facade.emulator.seeded.organizations[0]?.projects[0];
    const listed = await facade.query(
      'query ($id: ID!) { project(id: $id) { apiTokens { nodes { id name status hint isManageable } } } }',
      { token, variables: { id: project?.id } },
    );
    const nodes: { id: string; name: string; status: string; isManageable: boolean }[] =
      listed.data.project.apiTokens.nodes;

    expect(listed.errors).toBeUndefined();
    expect(nodes.map(({ name }) => name).sort()).toEqual(project?.tokens.map(({ name }) => name).sort());
    expect(nodes.every(({ isManageable }) => !isManageable)).toBe(true);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
    const [first] = nodes;
    const found = await facade.query('query ($id: ID!) { apiToken(id: $id) { name } }', {
      token,
      variables: { id: first?.id },
    });
    expect(found.data.apiToken).toEqual({ name: first?.name });
  });
});

test('with masked token values, changes and borrowing say clearly that they are not possible, and send nothing', async () => {
  await withPlatform({ maskTokenIds: true }, async (facade, token) => {
    const project = facade.emulator.seeded.organizations[0]?.projects[0]?.id;
    const listed = await facade.query(
      'query ($id: ID!) { project(id: $id) { apiTokens { nodes { id } } assistants { totalCount } } }',
      { token, variables: { id: project } },
    );
    expect(listed.data.project.assistants).toBeNull();
    expect(codes(listed)).toEqual(['CREDENTIAL_REQUIRED']);
    expect(listed.errors?.[0]?.message).toContain('masks');
    for (const mutation of ['blockApiToken', 'unblockApiToken', 'revokeApiToken']) {
      const { data } = await facade.query(
        `mutation ($id: ID!) { ${mutation}(input: { id: $id }) { apiToken { id } userErrors { code field } } }`,
        { token, variables: { id: listed.data.project.apiTokens.nodes[0].id } },
      );
      expect(data[mutation]).toEqual({ apiToken: null, userErrors: [{ code: 'TOKEN_VALUE_MASKED', field: 'id' }] });
    }
    expect(facade.upstream()[routes.updateToken]).toBeUndefined();
    expect(facade.upstream()[routes.revokeToken]).toBeUndefined();
  });
});

test('with masked token values, a new token works, and its id says why it cannot be looked up', async () => {
  await withPlatform({ maskTokenIds: true }, async (facade, token) => {
    const project = facade.emulator.seeded.organizations[0]?.projects[0]?.id;
    const created = await facade.query(
      `mutation ($p: ID!) { createApiToken(input: { projectId: $p, name: "x", status: BLOCKED }) {
        secret apiToken { id status createdAt } userErrors { code } } }`,
      { token, variables: { p: project } },
    );
    expect(created.data.createApiToken).toMatchObject({ apiToken: { status: 'BLOCKED' }, userErrors: [] });

    const { id } = created.data.createApiToken.apiToken;
    const found = await facade.query('query ($id: ID!) { apiToken(id: $id) { name } }', { token, variables: { id } });
    expect(found.data.apiToken).toBeNull();
    expect(codes(found)).toEqual(['FORBIDDEN']);
    const blocked = await facade.query(
      'mutation ($id: ID!) { unblockApiToken(input: { id: $id }) { userErrors { code } } }',
      { token, variables: { id } },
    );
    expect(blocked.data.unblockApiToken.userErrors).toEqual([{ code: 'TOKEN_VALUE_MASKED' }]);
  });
});
