import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { codes, type Facade, metricOf, type Request, startFacade } from '../support/facade.ts';
import { PREFIXES } from '../support/prefixed.ts';

/** Until the facade has forgotten what it read, and read it anew. */
const POLL = { timeout: 10_000 };
const ABSENT = '00000000-0000-4000-8000-000000000000';
const LIST = '{ organization { name projects(first: 1) { nodes { name } } } }';
const ONE = 'query ($id: ID!) { project(id: $id) { name status } }';
const RECORDS = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Organization { title: name } ... on Project { name status } }
}`;

let emulator: Emulator;
let facade: Facade;
let plain: Facade;
let token: string;
let projectToken: string;
let organization: string;
let one: string;
let other: string;

beforeAll(async () => {
  emulator = await startEmulator({ organizations: 2, projects: 3 });
  const env = { CACHE: 'memory', CACHE_CONTROL: 'true' };
  facade = await startFacade({ sharedEmulator: emulator, env: { ...env, CACHE_TAGS: 'true' } });
  plain = await startFacade({ sharedEmulator: emulator, env });
  const [seeded] = emulator.seeded.organizations;
  token = seeded!.token;
  organization = seeded!.id;
  [one, other] = [seeded!.projects[0]!.id, seeded!.projects[1]!.id];
  projectToken = seeded!.projects[0]!.tokens.find(({ status }) => status === 'Active')!.id;
});
afterAll(async () => {
  for (const each of [facade, plain, emulator]) await each.close();
});

const ask = async (document: string, request: Request = {}, server = facade) => {
  const answer = await server.query(document, { token, ...request });
  return {
    ...answer,
    keeps: answer.headers.get('cache-control') ?? '',
    extensions: JSON.parse(answer.text).extensions,
  };
};

/** Extensions of an answer that may be kept. What the facade is about to forget may not be: then it is read anew. */
async function tagsOf(document: string, request: Request = {}, server = facade) {
  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  const keeps = async () => answers[answers.push(await ask(document, request, server)) - 1]!.keeps;
  await expect.poll(keeps, POLL).toMatch(/^private/);
  return answers.at(-1)!.extensions;
}

const ofOrganization = () => `organization:${organization}`;
const ofProjects = () => `organization:${organization}:projects`;
const ofProject = (id: string) => `project:${id}`;
const reference = (__typename: string, id: string) => ({ __typename, id });

test('root fields bear the tag of the organization, and of what they read in it', async () => {
  expect(await tagsOf('{ organization { name } }')).toEqual({ apolloCacheTags: [ofOrganization()] });
  expect(await tagsOf(LIST)).toEqual({ apolloCacheTags: [ofOrganization(), ofProjects()] });
});

test('a project bears its own tag, however its id is written', async () => {
  for (const id of [one, one.toUpperCase()]) {
    expect(await tagsOf(ONE, { variables: { id } })).toEqual({ apolloCacheTags: [ofOrganization(), ofProject(one)] });
  }
});

test('a project that its token opens bears the tag of that project, with all that is in it', async () => {
  const document = 'query ($id: ID!) { project(id: $id) { name assistants { nodes { name } } } }';

  expect(await tagsOf(document, { token: projectToken, variables: { id: one } })).toEqual({
    apolloCacheTags: [ofOrganization(), ofProject(one)],
  });
});

test('several projects bear the tag of the projects of their organization', async () => {
  const document =
    'query ($one: ID!, $other: ID!) { one: project(id: $one) { name } other: project(id: $other) { name } }';

  expect(await tagsOf(document, { variables: { one, other } })).toEqual({
    apolloCacheTags: [ofOrganization(), ofProjects()],
  });
});

test('entities bear their own tags in order, an absent one too', async () => {
  const representations = [
    reference('Project', one),
    reference('Organization', ABSENT),
    reference('Organization', organization),
  ];
  const { apolloEntityCacheTags } = await tagsOf(RECORDS, { variables: { representations } });

  expect(apolloEntityCacheTags).toEqual([[ofOrganization(), ofProject(one)], [ofOrganization()], [ofOrganization()]]);
});

test('an entity whose selection leads elsewhere bears the tags of all that was read', async () => {
  const document = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Project { name organization { projects { nodes { name } } } } }
  }`;
  const representations = [reference('Project', one), reference('Project', other)];
  const { apolloEntityCacheTags } = await tagsOf(document, { variables: { representations } });

  expect(apolloEntityCacheTags).toEqual(representations.map(() => [ofOrganization(), ofProjects()]));
});

test('tags grow with the entities and not with their square', async () => {
  const representations = Array.from({ length: 1_000 }, (_, place) => reference('Project', place % 2 ? one : other));
  const { apolloEntityCacheTags } = await tagsOf(RECORDS, { variables: { representations } });

  expect(apolloEntityCacheTags).toHaveLength(1_000);
  expect(Math.max(...apolloEntityCacheTags.map((tags: string[]) => tags.length))).toBe(2);
});

test('entities beside a forbidden one may be kept, and each bears its tags in order', async () => {
  const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Project { name } ... on Assistant { name } ... on Organization { title: name }
  } }`;
  const inside = 'query ($id: ID!) { project(id: $id) { assistants { nodes { id } } } }';
  const { data } = await ask(inside, { token: projectToken, variables: { id: one } });
  const [assistant] = data.project.assistants.nodes;
  const representations = [
    ...[reference('Project', one), reference('Organization', ABSENT), reference('Assistant', assistant.id)],
    reference('Organization', organization),
  ];
  const request = { variables: { representations } };
  const { apolloEntityCacheTags } = await tagsOf(document, request);
  const answer = await ask(document, request);

  expect(answer.data._entities).toEqual([...[{ name: expect.any(String) }, null, null], { title: expect.any(String) }]);
  expect(answer.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['_entities', 2], 'CREDENTIAL_REQUIRED'],
  ]);
  expect(apolloEntityCacheTags).toEqual([
    [ofOrganization(), ofProject(one)],
    [ofOrganization()],
    [ofOrganization(), ofProject(one)],
    [ofOrganization()],
  ]);
});

test('no entity is kept beside one that the platform does not find, since a call failed', async () => {
  const representations = [reference('Project', one), reference('Project', ABSENT)];
  const answer = await ask(RECORDS, { variables: { representations } });

  expect(answer.data._entities).toEqual([{ name: expect.any(String), status: expect.any(String) }, null]);
  expect([answer.errors, answer.keeps, answer.extensions]).toEqual([undefined, 'no-store', undefined]);
});

test('without tags an answer with an error is kept by nobody', async () => {
  const representations = [reference('Organization', organization), reference('Organization', 'no id')];
  const answer = await ask(RECORDS, { variables: { representations } }, plain);

  expect([codes(answer), answer.keeps]).toEqual([['BAD_USER_INPUT'], 'no-store']);
});

test('two lists of entities bear none and are kept by nobody: the protocol has room for one', async () => {
  const document = `query ($one: [_Any!]!) {
    a: _entities(representations: $one) { ... on Project { name } } b: _entities(representations: $one) { ... on Project { status } }
  }`;
  const answer = await ask(document, { variables: { one: [reference('Project', one)] } });

  expect([answer.errors, answer.keeps, answer.extensions]).toEqual([undefined, 'no-store', undefined]);
});

test.each<[string, string]>([
  ['a list of tokens', 'query ($id: ID!) { project(id: $id) { name apiTokens { totalCount } } }'],
  ['people', 'query ($id: ID!) { project(id: $id) { name members { nodes { __typename } } } }'],
  ['an error', 'query ($id: ID!) { project(id: $id) { name assistants { totalCount } } }'],
  ['no call of the platform', '{ __typename }'],
  [
    'a new secret',
    'mutation ($id: ID!) { createApiToken(input: { projectId: $id, name: "tagged" }) { secret userErrors { code } } }',
  ],
])('an answer with %s bears no tags', async (_what, document) => {
  const { keeps, extensions } = await ask(document, { variables: { id: one } });

  expect([keeps, extensions]).toEqual(['no-store', undefined]);
});

test('entities bear the same under prefixes', async () => {
  const prefixed = await startFacade({
    sharedEmulator: emulator,
    env: { CACHE: 'memory', CACHE_CONTROL: 'true', CACHE_TAGS: 'true', ...PREFIXES },
  });
  const representations = [reference('GeaiProject', one), reference('GeaiProject', other)];
  const document = RECORDS.replace('Organization', 'GeaiOrganization').replace('Project', 'GeaiProject');
  const { apolloEntityCacheTags } = await tagsOf(document, { variables: { representations } }, prefixed);
  await prefixed.close();

  expect(apolloEntityCacheTags).toEqual([
    [ofOrganization(), ofProject(one)],
    [ofOrganization(), ofProject(other)],
  ]);
});

test('compiled answers bear the same', async () => {
  const request = {
    variables: { representations: [reference('Project', one), reference('Organization', organization)] },
  };
  const seen = new Set<string>();
  const before = await metricOf(facade, 'geai_graph_compiled_answers_total');
  await expect
    .poll(async () => {
      seen.add(JSON.stringify(await tagsOf(RECORDS, request)));
      return metricOf(facade, 'geai_graph_compiled_answers_total');
    }, POLL)
    .toBeGreaterThan(before + 2);

  expect([...seen]).toHaveLength(1);
  // A compiled query whose answer has an error runs again, in Apollo Server.
  const mistaken = { representations: [reference('Project', one), reference('Organization', 'no id')] };
  expect((await tagsOf(RECORDS, { variables: mistaken })).apolloEntityCacheTags).toEqual([
    [ofOrganization(), ofProject(one)],
    [ofOrganization()],
  ]);
});

test('no tag holds anything of a token', async () => {
  const tokens = [token, projectToken];
  for (const each of tokens) {
    const text = JSON.stringify(await tagsOf(ONE, { token: each, variables: { id: one } }));
    expect(text.match(/[\w-]{16,}/g)?.filter((word) => ![organization, one].includes(word))).toEqual([]);
  }
});

test('without the setting an answer that is kept bears none', async () => {
  expect(await tagsOf(LIST, {}, plain)).toBeUndefined();
});
