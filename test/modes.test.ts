import { beforeAll, describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../emulator/emulator.ts';
import { type Answer, codes, type Facade, routes, startFacade } from './support/facade.ts';

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

/** Dates the data, so that what is recent is so in every facade of this file. */
const EPOCH = Date.now();

/** What owners read, in one query: links, limits, figures, findings. */
const EVERYTHING = `query ($project: ID!) {
  organization { name
    projects { nodes {
      name description status isActive organization { name }
      apiTokens { nodes { name status description createdAt project { name } } }
      usageLimit { status period unit softLimit hardLimit used remaining validUntil }
    } }
    tokenFindings(first: 20) { nodes { kind certainty evidence { text } apiToken { name } } unreadableCount }
  }
  project(id: $project) {
    apiTokens { nodes { name usage { requests failures cost lastUsedAt complete } } }
    assistants { nodes { name description kind status revisions { number name modelName messages { role } } project { name } } }
  }
}`;
const CREATE = `mutation ($project: ID!) { createApiToken(input: { projectId: $project, name: "Fresh", description: "d" }) {
  secret recovered apiToken { id name status } userErrors { code } } }`;
const BLOCK = `mutation ($id: ID!) { blockApiToken(input: { id: $id, reason: "r" }) {
  changed apiToken { status } verification { outcome } userErrors { code } } }`;
const VIEWER = '{ viewer { scopes credentials { kind isAccepted } organizations { id } projects { id } } }';

type Caller = 'organization token' | "user's token";

/** One life of a token and everything that owners read, as `caller` on a platform that behaves as `options` say. */
async function lifeOn(options: EmulatorOptions, caller: Caller) {
  const emulator = { organizations: 1, projects: 1, epoch: EPOCH, ...options };
  const facade = await startFacade({ emulator, env: { GEAI_BORROW_PROJECT_TOKENS: 'true' } });
  try {
    const { organizations, oauth } = facade.emulator.seeded;
    const project = organizations[0]!.projects[0]!.id;
    const user = { token: oauth[0]!.token, headers: { projectid: project } };
    const who = caller === "user's token" ? user : { token: organizations[0]!.token };
    const ask = (document: string, variables = {}) =>
      facade.query(document, { ...who, variables: { project, ...variables } });
    const read = await ask(EVERYTHING);
    const created = await ask(CREATE);
    const { secret, ...payload } = created.data?.createApiToken ?? {};
    const unblocked = await facade.query(VIEWER, { token: secret });
    const blocked = await ask(BLOCK, { id: payload.apiToken?.id });
    const refused = await facade.query(VIEWER, { token: secret });
    return {
      truth: facade.emulator.tokens(project).find(({ id }) => id === secret)?.isAccepted,
      viewer: (await ask(VIEWER)).data,
      answers: [read, created, unblocked, blocked].map(({ data, errors }) => ({
        data: withoutSecret(data),
        errors: errors?.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`),
      })),
      codes: codes(refused),
    };
  } finally {
    await facade.close();
  }
}

/** A secret and the id that is made of it differ each time. */
function withoutSecret(data: Answer['data']) {
  const texts = JSON.stringify(data).replace(/"(secret|id)":"[^"]+"/g, '"$1":"…"');
  return JSON.parse(texts);
}

/** Positions of the emulator's switches in which everything must be as ever. */
const MODES: readonly EmulatorOptions[] = [
  { strict400: true },
  { nullMembers: true },
  { organizationTokenProject: 'empty' },
  { organizationTokenProject: 'nil' },
  { limitListKey: 'limits' },
  { absentLimit: 'empty' },
  { exportTokenAs: 'value' },
  { maxExportCount: 3 },
  { invalidLimitStatus: 200 },
  { secondLimit: '409:409' },
  ...(['401:5', '401:text', '401:empty', '403:6', '400:6', '400:text', '404:5', '200:401'] as const).map(
    (unknownToken) => ({ unknownToken }),
  ),
  ...(['401:6', '401:empty', '403:7', '403:text', '400:6', '404:404', '200:6', '200:empty'] as const).map(
    (validateUsers) => ({ validateUsers }),
  ),
  { strict400: true, nullMembers: true, unknownToken: '400:6', validateUsers: '400:7', limitListKey: 'limits' },
];

describe.each<Caller>(['organization token', "user's token"])('as the holder of: %s', (caller) => {
  let usual: Awaited<ReturnType<typeof lifeOn>>;

  beforeAll(async () => {
    usual = await lifeOn({}, caller);
  });

  test('on the usual platform all of it works', () => {
    const [read, created, unblocked, blocked] = usual.answers;
    expect([read, created, unblocked, blocked].map((answer) => answer?.errors)).toEqual(Array(4).fill(undefined));
    expect(read?.data.organization.tokenFindings.nodes).not.toEqual([]);
    expect(created?.data.createApiToken).toMatchObject({ secret: '…', apiToken: { status: 'ACTIVE' }, userErrors: [] });
    expect(unblocked?.data.viewer.scopes).toEqual(['PROJECT']);
    expect(blocked?.data.blockApiToken).toEqual({
      changed: true,
      apiToken: { status: 'BLOCKED' },
      verification: { outcome: 'CONFIRMED' },
      userErrors: [],
    });
    expect(usual).toMatchObject({ truth: false, codes: ['UNAUTHENTICATED'] });
  });

  test.concurrent.each(MODES.map((options) => [JSON.stringify(options), options] as const))(
    'works with %s',
    async (_name, options) => {
      expect(await lifeOn(options, caller)).toEqual(usual);
    },
  );
});

test.each(['403:7', '401:7', '400:7', '200:7', '403:text', '403:empty'] as const)(
  'a part whose endpoint refuses users by %s is forbidden alone',
  async (wrongScope) => {
    await withPlatform({ oauthEverywhere: false, wrongScope }, async (facade) => {
      const [user] = facade.emulator.seeded.oauth;
      const who = {
        token: user!.token,
        headers: { projectid: user!.projectId },
        variables: { project: user!.projectId },
      };

      const read = await facade.query(
        'query ($project: ID!) { organization { name projects { totalCount } } project(id: $project) { name } }',
        who,
      );
      const created = await facade.query(CREATE, who);

      expect(read.data).toEqual({ organization: { name: expect.any(String), projects: null }, project: null });
      expect(codes(read)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
      expect(created.data.createApiToken).toMatchObject({ apiToken: { status: 'ACTIVE' }, userErrors: [] });
    });
  },
);

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

test('revoking succeeds where revoked tokens leave the list, and shows that the token is gone', async () => {
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
