import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codes, routes } from '../support/facade.ts';
import { type Managed, startManaged } from '../support/managing.ts';

const MASKS = ['stars', 'letters', 'cut', 'handle'] as const;
type Mask = (typeof MASKS)[number];

const TOKENS = 'apiTokens(first: 100) { nodes { id name status isManageable hint } }';

let facade: Managed;

async function start(emulator: object, env: Record<string, string> = {}): Promise<void> {
  facade = await startManaged({ emulator: { organizations: 1, projects: 2, ...emulator }, env });
}

afterEach(() => facade.close());

const ask = (fields: string) =>
  facade.query(`{ project(id: "${facade.projectId}") { ${fields} } }`, { token: facade.token });

describe.each(MASKS)('with values in lists masked by %s', (tokenMask: Mask) => {
  beforeEach(() => start({ maskTokenIds: true, tokenMask }, { GEAI_BORROW_PROJECT_TOKENS: 'true' }));

  test('every token has an id of its own that finds it, and is not manageable', async () => {
    const { nodes } = (await ask(TOKENS)).data.project.apiTokens;
    const found = await facade.query(
      `{ ${nodes.map(({ id }: { id: string }, at: number) => `t${at}: apiToken(id: "${id}") { id name }`)} }`,
      {
        token: facade.token,
      },
    );

    expect(new Set(nodes.map(({ id }: { id: string }) => id)).size).toBe(nodes.length);
    expect(nodes.some(({ isManageable }: { isManageable: boolean }) => isManageable)).toBe(false);
    expect(Object.values(found.data)).toEqual(
      nodes.map(({ id, name }: { id: string; name: string }) => ({ id, name })),
    );
  });

  test('a change says that the value is masked, and changes nothing', async () => {
    const before = facade.truth();
    const { nodes } = (await ask(TOKENS)).data.project.apiTokens;
    const active = nodes.find(({ status }: { status: string }) => status === 'ACTIVE');

    for (const mutation of ['blockApiToken', 'revokeApiToken']) {
      const { userErrors, changed } = await facade.mutate(mutation, { id: active.id });
      expect([changed, userErrors]).toMatchObject([false, [{ code: 'TOKEN_VALUE_MASKED', field: 'id' }]]);
    }
    expect(facade.truth()).toEqual(before);
  });

  test('a run of many says so of each token', async () => {
    const selection = 'planId projects { results { outcome problem { code } } }';
    const input = { filter: { organizationId: facade.organizationId, status: ['ACTIVE'] } };
    const { planId } = await facade.mutate('blockApiTokens', { ...input, dryRun: true }, { selection });
    const { projects } = await facade.mutate('blockApiTokens', { ...input, dryRun: false, planId }, { selection });
    const results = projects.flatMap(({ results }: { results: object[] }) => results);

    expect(results.length).toBeGreaterThan(0);
    for (const { outcome, problem } of results) {
      expect([outcome, problem.code]).toEqual([expect.stringMatching(/^(LEFT_OUT|FAILED)$/), 'TOKEN_VALUE_MASKED']);
    }
  });

  test('no value is sent as a credential', async () => {
    const answer = await ask('assistants { totalCount } requests { nodes { status } }');

    expect(answer.data.project).toEqual({ assistants: null, requests: null });
    expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED', 'CREDENTIAL_REQUIRED']);
    expect(facade.upstream()).not.toHaveProperty(routes.listAssistants);
    expect(facade.upstream()).not.toHaveProperty(routes.exportRequests);
  });

  test('an id of a token that is not shown cannot be told to be absent', async () => {
    const { apiToken, secret } = await facade.mutate('createApiToken', { projectId: facade.projectId, name: 'New' });
    const answer = await facade.query(`{ apiToken(id: "${apiToken.id}") { name } }`, { token: facade.token });

    expect(facade.truth().find(({ name }) => name === 'New')?.id).toBe(secret);
    expect([answer.data.apiToken, codes(answer)]).toEqual([null, ['FORBIDDEN']]);
  });
});

describe.each(MASKS)('with values in answers to creations masked by %s', (tokenMask: Mask) => {
  beforeEach(() => start({ maskCreatedTokenIds: true, tokenMask }));

  test.each([
    ['ACTIVE', ['TOKEN_VALUE_MASKED']],
    ['BLOCKED', ['TOKEN_VALUE_MASKED', 'CREATED_BUT_NOT_BLOCKED']],
  ])('a new token that is to be %s comes without a secret, and says why', async (status, expected) => {
    const created = await facade.mutate('createApiToken', { projectId: facade.projectId, name: 'New', status });

    expect(created).toMatchObject({ secret: null, sealedSecret: null, apiToken: { name: 'New', status: 'ACTIVE' } });
    expect(created.userErrors.map(({ code }: { code: string }) => code)).toEqual(expected);
    expect(facade.truth().filter(({ name }) => name === 'New')).toHaveLength(1);
  });

  test('a new project comes with its tokens and without their secrets', async () => {
    const input = { name: 'New', administratorUserEmail: 'ana@acme.example' };
    const { project, apiTokens, userErrors } = await facade.mutate('createProject', input);

    expect(project.name).toBe('New');
    expect(apiTokens).toMatchObject([{ secret: null, sealedSecret: null, apiToken: { name: 'Default' } }]);
    expect(userErrors).toMatchObject([{ code: 'TOKEN_VALUE_MASKED' }]);
  });

  test('a rotation hands out nothing, and leaves the old token as it is', async () => {
    const { nodes } = (await ask(TOKENS)).data.project.apiTokens;
    const { id, name } = nodes.find(({ status }: { status: string }) => status === 'ACTIVE');
    const rotated = await facade.mutate('rotateApiToken', { id, oldToken: 'BLOCK' });

    expect(rotated).toMatchObject({ secret: null, sealedSecret: null, stage: 'SUCCESSOR_CREATED' });
    expect(rotated.userErrors).not.toEqual([]);
    expect(facade.truth().find((token) => token.name === name)?.status).toBe('Active');
  });
});

describe('a value of a form that nobody knows', () => {
  const OPAQUE = 'opaque-value';
  beforeEach(() => start({}));

  /** The platform gives tokens another form, and says what the new one is. What the caller's token is, is known already. */
  const answering = (identity: object) =>
    facade.emulator.setFaults([
      { route: routes.createToken, kind: 'answer', applied: true, body: { id: OPAQUE, name: 'New', status: 'Active' } },
      { route: routes.validate, kind: 'answer', body: { organizationId: facade.organizationId, ...identity } },
    ]);

  test('is handed out when the platform accepts it as a token of the project', async () => {
    answering({ projectId: facade.projectId });
    const { secret, userErrors } = await facade.mutate('createApiToken', { projectId: facade.projectId, name: 'New' });

    expect([secret, userErrors]).toEqual([OPAQUE, []]);
    expect(facade.upstream()[routes.validate]).toBe(1);
  });

  test.each([
    ['of another project', { projectId: '00000000-0000-4000-8000-000000000001' }],
    ['of the organization', {}],
  ])('is not handed out when the platform takes it for a token %s', async (_case, identity) => {
    answering(identity);
    const { secret, userErrors } = await facade.mutate('createApiToken', { projectId: facade.projectId, name: 'New' });

    expect([secret, userErrors]).toMatchObject([null, [{ code: 'TOKEN_VALUE_MASKED' }]]);
  });

  test('costs nothing where tokens look as they do everywhere', async () => {
    await facade.mutate('createApiToken', { projectId: facade.projectId, name: 'New' });

    expect(facade.upstream()).not.toHaveProperty(routes.validate);
  });
});
