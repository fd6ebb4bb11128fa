import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';
import { idOf } from '../support/managing.ts';

const EXPLAINED = { 'geai-explain': 'upstream' };
const WHOLE = `query ($project: ID!) {
  viewer { scopes organizations { name } credentials { kind isAccepted project { id } } }
  organization { id name projects(first: 1) { totalCount } }
  project(id: $project) { name organization { name } apiTokens { totalCount } assistants { totalCount } }
}`;
const CREATE = `mutation ($project: ID!) { createApiToken(input: { projectId: $project, name: "By a user" }) {
  apiToken { name status } userErrors { code } } }`;

/** A platform whose documented endpoints take users, and one that takes them only where each page says so. */
const platforms: Record<'open' | 'strict', Facade> = {} as never;

beforeAll(async () => {
  platforms.open = await startFacade({ emulator: { projects: 3, oauthEverywhere: true } });
  platforms.strict = await startFacade({ emulator: { projects: 3, oauthEverywhere: false } });
});
beforeEach(() => {
  for (const { emulator } of Object.values(platforms)) {
    emulator.setFaults([]);
    emulator.resetCalls();
  }
});
afterAll(() => Promise.all(Object.values(platforms).map((facade) => facade.close())));

/** One that remembers nothing of other tests. */
async function newFacade(): Promise<Facade> {
  const facade = await startFacade({ emulator: { projects: 1 } });
  onTestFinished(() => facade.close());
  return facade;
}

/** Answers of `validate` that do not take a user's token. */
const REFUSALS: [string, { status?: number; body?: unknown }][] = [
  ['401 with an id', { status: 401, body: { errors: [{ id: 6 }] } }],
  ['401 without a body', { status: 401 }],
  ['403 with an id', { status: 403, body: { errors: [{ id: 7 }] } }],
  ['403 in text', { status: 403, body: 'Forbidden' }],
  ['404', { status: 404, body: { errors: [{ id: 404 }] } }],
  ['404 for a project', { status: 404, body: { errors: [{ id: 2005 }] } }],
  ['400 without an id', { status: 400, body: { errors: [{ description: 'no' }] } }],
  ['an error under 200', { body: { errors: [{ id: 6 }] } }],
  ['a page in HTML', { body: '<html></html>' }],
];

function asUser(facade: Facade, document: string, token?: string) {
  const [user] = facade.emulator.seeded.oauth;
  const headers = { projectid: user!.projectId, ...EXPLAINED };
  return facade.query(document, { token: token ?? user!.token, headers, variables: { project: user!.projectId } });
}

const refuseToIdentify = ({ emulator }: Facade, answer: object) =>
  emulator.setFaults([{ route: routes.validate, kind: 'answer', ...answer }]);

describe.each(REFUSALS)('with users answered %s by validate', (_name, answer) => {
  test("the user's project tells the organization, and everything is read", async () => {
    const { open } = platforms;
    const [acme] = open.emulator.seeded.organizations;
    refuseToIdentify(open, answer);

    const { data, errors, text } = await asUser(open, WHOLE);

    expect(errors).toBeUndefined();
    expect(data.viewer).toMatchObject({
      scopes: ['ORGANIZATION', 'PROJECT'],
      organizations: [{ name: acme!.name }],
      credentials: [{ kind: 'USER_TOKEN', isAccepted: true, project: { id: acme!.projects[0]!.id } }],
    });
    expect(data.organization).toEqual({ id: acme!.id, name: acme!.name, projects: { totalCount: 3 } });
    expect(data.project).toMatchObject({ name: acme!.projects[0]!.name, organization: { name: acme!.name } });
    expect(JSON.parse(text).extensions.upstream.byRoute[routes.validate].made).toBe(1);
  });

  test('a call that the platform takes is done, and then the user counts as accepted', async () => {
    const { strict } = platforms;
    refuseToIdentify(strict, answer);

    const created = await asUser(strict, CREATE);

    expect(created.errors).toBeUndefined();
    expect(created.data.createApiToken).toEqual({ apiToken: { name: 'By a user', status: 'ACTIVE' }, userErrors: [] });
    expect(JSON.parse(created.text).extensions.upstream.made).toBeGreaterThan(0);
    const lines = strict.audit().slice(-2);
    // Before the platform took the token, nobody can know whose it is.
    expect(lines).toMatchObject([
      { intent: 'createApiToken', actor: { kind: 'unidentified' } },
      { action: 'createApiToken', actor: { kind: 'oauth' }, outcome: 'SUCCEEDED' },
    ]);
  });

  test('a user whom nothing took is not accepted, and is told nothing of the platform', async () => {
    const { strict } = platforms;
    refuseToIdentify(strict, answer);

    const read = await asUser(strict, WHOLE);

    expect(read.data).toEqual({ viewer: null, organization: null, project: null });
    expect(codes(read)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    expect(JSON.parse(read.text).extensions).toBeUndefined();
  });
});

test.each(['open', 'strict'] as const)(
  'a token that nobody knows is refused, on a platform that is %s',
  async (name) => {
    const facade = platforms[name];

    const read = await asUser(facade, WHOLE, 'junk');
    const created = await asUser(facade, CREATE, 'junk');

    expect(read.data).toEqual({ viewer: null, organization: null, project: null });
    expect([...codes(read), ...codes(created)]).toEqual(Array(4).fill('UNAUTHENTICATED'));
    for (const { text } of [read, created]) expect(JSON.parse(text).extensions).toBeUndefined();
    expect(facade.upstream()[routes.listAssistants]).toBeUndefined();
  },
);

test('mutations with a token that nobody knows leave no audit event, and are counted', async () => {
  const { open } = platforms;
  const value = open.emulator.seeded.organizations[0]!.projects[0]!.tokens[0]!.id;
  const id = idOf(open.emulator.seeded.oauth[0]!.projectId, value);
  const before = open.audit().length;
  const mutation = (name: string, input: string) => `${name}(input: { ${input} }) { userErrors { code } }`;

  const { data, errors } = await asUser(
    open,
    `mutation ($project: ID!) { ${mutation('blockApiToken', `id: "${id}", reason: "r"`)}
      nameless: ${mutation('createApiToken', 'projectId: $project, name: ""')}
      ${mutation('createApiToken', 'projectId: $project, name: "x"')} }`,
    'junk',
  );

  expect(errors?.map(({ path, extensions }) => [path?.[0], extensions.code])).toEqual([
    ['blockApiToken', 'UNAUTHENTICATED'],
    ['createApiToken', 'UNAUTHENTICATED'],
  ]);
  expect(data.nameless.userErrors).toEqual([{ code: 'REQUIRED' }]);
  expect(open.audit()).toHaveLength(before);
  const metrics = await (await fetch(`${open.url}/metrics`)).text();
  expect(metrics).toContain('geai_graph_mutations_without_credential_total{code="REQUIRED"} 1');
});

test('a user beside an accepted token does not borrow its acceptance', async () => {
  const { strict } = platforms;
  const { organizations, oauth } = strict.emulator.seeded;
  const other = organizations[1]!.projects[0]!.tokens.find(({ status }) => status === 'Active')!.id;

  const { data, text } = await strict.query(
    '{ viewer { scopes credentials { kind isAccepted organization { id } } } }',
    {
      token: 'junk',
      tokens: [other],
      headers: { projectid: oauth[0]!.projectId, ...EXPLAINED },
    },
  );

  expect(data.viewer).toEqual({
    scopes: ['PROJECT'],
    credentials: [
      { kind: null, isAccepted: false, organization: null },
      { kind: 'PROJECT_TOKEN', isAccepted: true, organization: { id: organizations[1]!.id } },
    ],
  });
  expect(JSON.parse(text).extensions).toBeUndefined();
});

test('the plan counts the question for the project of a user', async () => {
  const open = await newFacade();
  refuseToIdentify(open, { status: 403 });

  const { text } = await asUser(open, '{ viewer { scopes } }');

  expect(JSON.parse(text).extensions.upstream).toMatchObject({ planned: 2, made: 2 });
});

test('an API token that validate refuses is refused altogether', async () => {
  const { open } = platforms;
  const { token } = open.emulator.seeded.organizations[0]!;
  refuseToIdentify(open, { status: 401, body: { errors: [{ id: 6 }] } });

  const answer = await open.query('{ organization { name } }', { token });

  expect(codes(answer)).toEqual(['UNAUTHENTICATED']);
  expect(open.upstream()).toEqual({ [routes.validate]: 1 });
});

test.each([
  ['validate', [{ route: routes.validate, kind: 'status', status: 500 }]],
  [
    'the project of the user',
    [
      { route: routes.validate, kind: 'status', status: 403 },
      { route: routes.getProject, kind: 'status', status: 500 },
    ],
  ],
] as const)('a user is told, and not refused, if %s is down', async (_what, faults) => {
  const open = await newFacade();
  open.emulator.setFaults([...faults]);

  expect(codes(await asUser(open, '{ organization { name } }'))).toEqual(['UPSTREAM_UNAVAILABLE']);
});
