import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';

/** One query that takes nothing, an organization token and a project token, each in its own branch. */
const EVERYTHING = `query ($project: ID!) {
  viewer { scopes missing { scope neededBy } organizations { name } projects { name } credentials { kind isAccepted } }
  organization { name projects(first: 1) { totalCount } }
  project(id: $project) { name apiTokens { totalCount } assistants { totalCount } }
}`;

let facade: Facade;
let borrowing: Facade;

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 6 } });
  borrowing = await startFacade({ sharedEmulator: facade.emulator, env: { GEAI_BORROW_PROJECT_TOKENS: 'true' } });
});
beforeEach(() => facade.emulator.resetCalls());
afterAll(async () => {
  await borrowing.close();
  await facade.close();
});

/** For tests that count calls which others, with the same tokens, have made before: nothing is remembered of them here. */
async function fresh(): Promise<Facade> {
  const started = await startFacade({ sharedEmulator: facade.emulator });
  onTestFinished(() => started.close());
  return started;
}

const seeded = () => {
  const [acme, other] = facade.emulator.seeded.organizations;
  if (!acme || !other) throw new Error('two organizations are needed');
  const [project, second] = acme.projects.filter(({ isHidden }) => !isHidden);
  if (!project || !second) throw new Error('two projects are needed');
  const token = (status: string, of = project) => of.tokens.find((one) => one.status === status)?.id;
  return { acme, other, project, second, active: token('Active') ?? '', secondActive: token('Active', second) ?? '' };
};

const ask = (to: Facade, token: string | undefined, tokens?: string[], project = seeded().project.id) =>
  to.query(EVERYTHING, { token, ...(tokens ? { tokens } : {}), variables: { project } });

test('without a credential every field says so, and nothing goes upstream', async () => {
  const answer = await ask(facade, undefined);

  expect(answer.data).toEqual({ viewer: null, organization: null, project: null });
  expect(codes(answer)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
  expect(answer.errors?.[0]?.message).toContain('presents no credential');
  expect(facade.upstream()).toEqual({});
});

test.each([
  ['a scheme other than Bearer', { authorization: 'Basic dXNlcjpwYXNz' }],
  ['an empty token', { authorization: 'Bearer ' }],
  ['two words after Bearer', { authorization: 'Bearer one two' }],
  ['an empty item in geai-tokens', { 'geai-tokens': 'default_abc,,default_def' }],
  ['a space inside an item of geai-tokens', { 'geai-tokens': 'one two' }],
  ['a ProjectId that is not a UUID', { authorization: 'Bearer abc', projectid: 'Support' }],
  ['a ProjectId without a token', { projectid: 'd3a1c9b4-7e21-4f4e-8a5d-2b9c6e0f4d22' }],
])('%s is UNAUTHENTICATED, names the header and asks nobody', async (_case, headers) => {
  const answer = await facade.query('{ viewer { scopes } }', { headers });

  expect(answer.data).toEqual({ viewer: null });
  expect(codes(answer)).toEqual(['UNAUTHENTICATED']);
  expect(answer.errors?.[0]?.message).toMatch(/Authorization|geai-tokens|ProjectId/);
  expect(facade.upstream()).toEqual({});
});

test('an organization token reads projects and tokens; assistants take a project token, and the rest stays', async () => {
  const { acme, project } = seeded();
  const answer = await ask(facade, acme.token);

  expect(answer.data.viewer).toMatchObject({
    scopes: ['ORGANIZATION'],
    missing: [
      {
        scope: 'PROJECT',
        neededBy: expect.arrayContaining([
          'Assistant.usage',
          'Project.analytics',
          'Project.assistants',
          'Project.requests',
          'Query.assistant',
        ]),
      },
    ],
    organizations: [{ name: acme.name }],
    projects: [],
    credentials: [{ kind: 'ORGANIZATION_TOKEN', isAccepted: true }],
  });
  expect(answer.data.organization).toEqual({ name: acme.name, projects: { totalCount: 6 } });
  expect(answer.data.project).toEqual({
    name: project.name,
    apiTokens: { totalCount: project.tokens.length },
    assistants: null,
  });
  expect(answer.errors).toMatchObject([
    {
      path: ['project', 'assistants'],
      message: expect.stringContaining(`a token of the project ${project.id}, and the request presents none`),
      extensions: { code: 'CREDENTIAL_REQUIRED', scope: 'PROJECT', projectId: project.id, retryable: false },
    },
  ]);
  expect(facade.upstream()[routes.listAssistants]).toBeUndefined();
});

test('with borrowing on, an organization token reads everything, each call with the right kind of token', async () => {
  const { acme, project } = seeded();
  const answer = await ask(borrowing, acme.token);

  expect(answer.errors).toBeUndefined();
  expect(answer.data.viewer).toMatchObject({ scopes: ['ORGANIZATION', 'PROJECT'], missing: [] });
  expect(answer.data.project.assistants).toEqual({ totalCount: project.assistants.length });
  const kinds = Object.fromEntries(facade.emulator.calls().map(({ route, credential }) => [route, credential]));
  expect(kinds[routes.listTokens]).toBe('organization');
  expect(kinds[routes.listAssistants]).toBe('project');
});

test('with borrowing on, a project without an active token says that there is none to borrow', async () => {
  const { acme } = seeded();
  const idle = acme.projects.find(({ tokens }) => tokens.every(({ status }) => status !== 'Active'));
  const answer = await ask(borrowing, acme.token, undefined, idle?.id);

  expect(answer.data.project).toMatchObject({ name: idle?.name, assistants: null });
  expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED']);
  expect(answer.errors?.[0]?.message).toContain('none of them is active');
  expect(facade.upstream()[routes.listAssistants]).toBeUndefined();
});

test('a project token reads its project and assistants; lists of projects and tokens take an organization token', async () => {
  const { acme, project, active } = seeded();
  const answer = await ask(facade, active);

  expect(answer.data.viewer).toMatchObject({
    scopes: ['PROJECT'],
    missing: [{ scope: 'ORGANIZATION' }],
    organizations: [{ name: acme.name }],
    projects: [{ name: project.name }],
    credentials: [{ kind: 'PROJECT_TOKEN', isAccepted: true }],
  });
  expect(answer.data.organization).toEqual({ name: acme.name, projects: null });
  expect(answer.data.project).toEqual({
    name: project.name,
    apiTokens: null,
    assistants: { totalCount: project.assistants.length },
  });
  expect(answer.errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code, extensions.scope])).toEqual(
    expect.arrayContaining([
      ['organization.projects', 'CREDENTIAL_REQUIRED', 'ORGANIZATION'],
      ['project.apiTokens', 'CREDENTIAL_REQUIRED', 'ORGANIZATION'],
    ]),
  );
  for (const { message } of answer.errors ?? []) expect(message).toContain('a token of the organization, and');
  expect(facade.upstream()[routes.listTokens]).toBeUndefined();
  expect(facade.upstream()[routes.listProjects]).toBeUndefined();
});

test('a project token of another project opens neither this one nor anything in it, and is never tried', async () => {
  const { project, secondActive } = seeded();
  const answer = await ask(facade, secondActive, undefined, project.id);

  expect(answer.data.project).toBeNull();
  expect(answer.errors).toContainEqual(
    expect.objectContaining({
      path: ['project'],
      extensions: expect.objectContaining({ code: 'CREDENTIAL_REQUIRED', projectId: project.id }),
    }),
  );
  // One look-up of its own project, which `viewer.projects` reads the name of.
  expect(facade.upstream()[routes.getProject]).toBe(1);
});

test('both tokens together read everything, each used where it belongs', async () => {
  const { acme, active, project } = seeded();
  const answer = await ask(await fresh(), acme.token, [active]);

  expect(answer.errors).toBeUndefined();
  expect(answer.data.viewer).toMatchObject({ scopes: ['ORGANIZATION', 'PROJECT'], missing: [] });
  expect(answer.data.project.assistants.totalCount).toBe(project.assistants.length);
  expect(facade.emulator.calls()).toEqual(
    expect.arrayContaining([
      { route: routes.listTokens, credential: 'organization', count: 1 },
      { route: routes.listAssistants, credential: 'project', count: 1 },
    ]),
  );
});

test('a token that is refused is UNAUTHENTICATED alone, and named among others that work', async () => {
  const { acme } = seeded();
  const blocked = acme.projects.flatMap(({ tokens }) => tokens).find(({ status }) => status === 'Blocked')?.id ?? '';

  const alone = await ask(facade, blocked);
  expect(alone.data).toEqual({ viewer: null, organization: null, project: null });
  expect(codes(alone)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
  expect(facade.upstream()).toEqual({ [routes.validate]: 1 });

  const beside = await ask(facade, acme.token, [blocked]);
  expect(beside.data.organization.projects.totalCount).toBe(6);
  expect(beside.data.viewer.credentials).toEqual([
    { kind: 'ORGANIZATION_TOKEN', isAccepted: true },
    { kind: null, isAccepted: false },
  ]);
});

test("another organization's token sees its own organization and finds nothing of this one", async () => {
  const { acme, other, project } = seeded();
  const answer = await facade.query(
    `query ($organization: ID!, $project: ID!) {
      own: organization { name }
      foreign: organization(id: $organization) { name }
      project(id: $project) { name }
    }`,
    { token: other.token, variables: { organization: acme.id, project: project.id } },
  );

  expect(answer.errors).toBeUndefined();
  expect(answer.data).toEqual({ own: { name: other.name }, foreign: null, project: null });
});

test('tokens of two organizations: each part is asked with its own, and `organization` without id asks which', async () => {
  const { acme, other } = seeded();
  const theirs = other.projects[0];
  const answer = await facade.query(
    `query ($a: ID!, $b: ID!, $theirs: ID!) {
      organization { name }
      a: organization(id: $a) { name projects(first: 1) { totalCount } }
      b: organization(id: $b) { name projects(first: 1) { totalCount } }
      project(id: $theirs) { name organization { name } apiTokens { totalCount } }
    }`,
    { token: acme.token, tokens: [other.token], variables: { a: acme.id, b: other.id, theirs: theirs?.id } },
  );

  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  expect(answer.errors?.[0]?.message).toContain(other.id);
  expect(answer.data.organization).toBeNull();
  expect(answer.data.a).toEqual({ name: acme.name, projects: { totalCount: 6 } });
  expect(answer.data.b).toEqual({ name: other.name, projects: { totalCount: 6 } });
  expect(answer.data.project).toEqual({
    name: theirs?.name,
    organization: { name: other.name },
    apiTokens: { totalCount: theirs?.tokens.length },
  });
});

test('of two tokens that open the same, only the first is tried', async () => {
  const { acme } = seeded();
  const twice = acme.projects.find(({ tokens }) => tokens.filter(({ status }) => status === 'Active').length > 1);
  const [first, second] = twice?.tokens.filter(({ status }) => status === 'Active') ?? [];
  facade.emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 403, id: 7 }]);
  const answer = await (await fresh()).query('query ($id: ID!) { project(id: $id) { name } }', {
    token: first?.id,
    tokens: [second?.id ?? ''],
    variables: { id: twice?.id },
  });
  facade.emulator.setFaults([]);

  expect(codes(answer)).toEqual(['FORBIDDEN']);
  expect(facade.upstream()[routes.getProject]).toBe(1);
});

test('an OAuth token does what is left where the platform takes users only as each page says', async () => {
  const strict = await startFacade({ emulator: { projects: 3, oauthEverywhere: false } });
  const [user] = strict.emulator.seeded.oauth;
  const headers = { projectid: user?.projectId ?? '' };
  const read = await strict.query(
    'query ($id: ID!) { viewer { credentials { kind hint } } project(id: $id) { id assistants { totalCount } apiTokens { totalCount } } }',
    { token: user?.token, headers, variables: { id: user?.projectId } },
  );
  expect(read.data.viewer.credentials).toEqual([{ kind: 'USER_TOKEN', hint: '…' }]);
  expect(codes(read)).toContain('FORBIDDEN');

  const created = await strict.query(
    `mutation ($project: ID!) { createApiToken(input: { projectId: $project, name: "By a user" }) {
      secret apiToken { name status } userErrors { code } } }`,
    { token: user?.token, headers, variables: { project: user?.projectId } },
  );
  await strict.close();
  expect(created.errors).toBeUndefined();
  expect(created.data.createApiToken).toMatchObject({
    apiToken: { name: 'By a user', status: 'ACTIVE' },
    userErrors: [],
  });
});

test("a user's OAuth token reads the project that it comes with whole, and no other", async () => {
  const [user] = facade.emulator.seeded.oauth;
  const answer = await ask2(facade, user?.token, user?.projectId ?? '');
  const foreign = facade.emulator.seeded.organizations[1]?.projects[0]?.id ?? '';
  const outside = await ask2(facade, user?.token, foreign, user?.projectId);

  expect(answer.errors).toBeUndefined();
  expect(answer.data.project.assistants.totalCount).toBeGreaterThan(0);
  expect(answer.data.project.apiTokens.totalCount).toBeGreaterThan(0);
  expect(outside.data.project).toBeNull();
  expect(codes(outside)).toEqual(['CREDENTIAL_REQUIRED']);
});

const ask2 = (to: Facade, token: string | undefined, id: string, projectid = id) =>
  to.query('query ($id: ID!) { project(id: $id) { name assistants { totalCount } apiTokens { totalCount } } }', {
    token,
    headers: { projectid },
    variables: { id },
  });

test('in open mode the keyring serves callers who present nothing', async () => {
  const { acme } = seeded();
  const open = await startFacade({
    sharedEmulator: facade.emulator,
    env: { AUTH_MODE: 'open', GEAI_TOKENS: acme.token },
  });
  const answer = await open.query('{ organization { name } viewer { scopes } }');
  await open.close();

  expect(answer.data).toEqual({ organization: { name: acme.name }, viewer: { scopes: ['ORGANIZATION'] } });
});
