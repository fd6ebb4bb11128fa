import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Organization { id organizationName: name }
    ... on Project { id projectName: name }
    ... on ApiToken { id tokenName: name }
    ... on Assistant { id assistantName: name }
  }
}`;

const UNKNOWN_UUID = '00000000-0000-4000-8000-000000000000';

interface Named {
  readonly id: string;
  readonly name: string;
}

let facade: Facade;
let token: string;
let tokens: string[];
/** Two of each kind, as they are read without federation: what a reference to them must give. */
let known: Record<'Organization' | 'Project' | 'ApiToken' | 'Assistant', Named[]>;

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 4 } });
  const [organization] = facade.emulator.seeded.organizations;
  const [home] = organization!.projects;
  token = organization!.token;
  tokens = [home!.tokens.find(({ status }) => status === 'Active')!.id];
  const { data } = await facade.query(
    `query ($id: ID!) { organization { id name projects(first: 2) { nodes { id name } } }
      project(id: $id) { apiTokens(first: 2) { nodes { id name } } assistants(first: 2) { nodes { id name } } } }`,
    { token, tokens, variables: { id: home!.id } },
  );
  known = {
    Organization: [{ id: data.organization.id, name: data.organization.name }],
    Project: data.organization.projects.nodes,
    ApiToken: data.project.apiTokens.nodes,
    Assistant: data.project.assistants.nodes,
  };
});
afterAll(() => facade.close());
afterEach(() => facade.emulator.setFaults([]));

async function resolve(representations: readonly unknown[], credentials: object = { token, tokens }) {
  facade.emulator.resetCalls();
  const answer = await facade.query(ENTITIES, { ...credentials, variables: { representations } });
  return { ...answer, entities: answer.data?._entities, codes: codes(answer), upstream: facade.upstream() };
}

type TypeName = keyof typeof known;

const reference = (typeName: TypeName, index = 0) => ({ __typename: typeName, id: known[typeName][index]!.id });

const NAME_FIELDS = {
  Organization: 'organizationName',
  Project: 'projectName',
  ApiToken: 'tokenName',
  Assistant: 'assistantName',
} as const;

function entity(typeName: TypeName, index = 0): object {
  const { id, name } = known[typeName][index]!;
  return { __typename: typeName, id, [NAME_FIELDS[typeName]]: name };
}

/** All four types, so mixed that the order of the answer can only be that of the question. */
const MIXED: readonly [TypeName, number][] = [
  ['Assistant', 1],
  ['Project', 0],
  ['ApiToken', 1],
  ['Organization', 0],
  ['Project', 1],
  ['Assistant', 0],
  ['ApiToken', 0],
];

test('references to all four types in one call come back in order, at one call per type', async () => {
  const { entities, errors, upstream } = await resolve(MIXED.map(([typeName, index]) => reference(typeName, index)));

  expect(errors).toBeUndefined();
  expect(entities).toEqual(MIXED.map(([typeName, index]) => entity(typeName, index)));
  expect(upstream).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: 1, [routes.listAssistants]: 1 });
});

test('a reference given twice is answered twice, and read once', async () => {
  const twice = [...MIXED, ...MIXED.toReversed()];
  const { entities, errors, upstream } = await resolve(twice.map(([typeName, index]) => reference(typeName, index)));

  expect(errors).toBeUndefined();
  expect(entities).toEqual(twice.map(([typeName, index]) => entity(typeName, index)));
  expect(upstream).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: 1, [routes.listAssistants]: 1 });
});

test('an entity that does not exist is null in its place, without an error', async () => {
  const unknown = [
    { __typename: 'Organization', id: UNKNOWN_UUID },
    { __typename: 'Project', id: UNKNOWN_UUID },
    { __typename: 'ApiToken', id: withLastBytesChanged(known.ApiToken[0]!.id) },
    { __typename: 'Assistant', id: withLastBytesChanged(known.Assistant[0]!.id) },
  ];
  const { entities, errors } = await resolve(unknown.flatMap((one) => [one, reference('Project')]));

  expect(errors).toBeUndefined();
  expect(entities).toEqual(unknown.flatMap(() => [null, entity('Project')]));
});

test('an assistant is found by either key, both in one list of its project', async () => {
  const [byId, byPlatform] = known.Assistant;
  const { data } = await facade.query('query ($id: ID!) { assistant(id: $id) { platformId project { id } } }', {
    token,
    tokens,
    variables: { id: byPlatform!.id },
  });
  const keys = { platformId: data.assistant.platformId.toUpperCase(), project: data.assistant.project };
  const { entities, errors, upstream } = await resolve([
    { __typename: 'Assistant', ...keys },
    { __typename: 'Assistant', id: byId!.id },
  ]);
  const unknown = await resolve([{ __typename: 'Assistant', ...keys, platformId: UNKNOWN_UUID }]);

  expect([errors, unknown.errors]).toEqual([undefined, undefined]);
  expect([...entities, ...unknown.entities]).toEqual([entity('Assistant', 1), entity('Assistant', 0), null]);
  expect(upstream).toEqual({ [routes.listAssistants]: 1 });
});

test.for<[string, object]>([
  ['no project', { platformId: UNKNOWN_UUID }],
  ['a project that is null', { platformId: UNKNOWN_UUID, project: null }],
  ['a project without an id', { platformId: UNKNOWN_UUID, project: {} }],
  ['a project whose id is a number', { platformId: UNKNOWN_UUID, project: { id: 42 } }],
  ['a platform id that is no UUID', { platformId: '../..', project: { id: UNKNOWN_UUID } }],
  ['a platform id that is a list', { platformId: [UNKNOWN_UUID], project: { id: UNKNOWN_UUID } }],
])('%s is a mistake of the caller in the second key of an assistant', async ([, keys]) => {
  const { entities, codes, upstream } = await resolve([{ __typename: 'Assistant', ...keys }]);

  expect([entities, codes, upstream]).toEqual([[null], ['BAD_USER_INPUT'], {}]);
});

test('an id in capitals finds the same project, under the id in its one form', async () => {
  const { entities } = await resolve([{ __typename: 'Project', id: known.Project[0]!.id.toUpperCase() }]);

  expect(entities).toEqual([entity('Project')]);
});

test.for<[string, unknown]>([
  ['an empty id', ''],
  ['an id that is no UUID', 'not-a-uuid'],
  ['a path for an id', '../../v1/organization/projects'],
  ['a number for an id', 42],
  ['an object for an id', { id: 'x' }],
  ['null for an id', null],
  ['no id', undefined],
])('%s is a mistake of the caller, in its own place, for each type', async ([, id]) => {
  const types = Object.keys(NAME_FIELDS) as TypeName[];
  const { entities, errors, codes, upstream } = await resolve(
    types.flatMap((__typename) => [{ __typename, id }, reference('Organization')]),
  );

  expect(entities).toEqual(types.flatMap(() => [null, entity('Organization')]));
  expect(codes).toEqual(types.map(() => 'BAD_USER_INPUT'));
  expect(errors?.map(({ path }) => path)).toEqual(
    expect.arrayContaining(types.map((_type, index) => ['_entities', 2 * index])),
  );
  expect(upstream).toEqual({});
});

test('an id of one kind is not taken for another', async () => {
  const { entities, codes } = await resolve([
    { __typename: 'ApiToken', id: known.Assistant[0]!.id },
    { __typename: 'Assistant', id: known.ApiToken[0]!.id },
    { __typename: 'ApiToken', id: known.Project[0]!.id },
  ]);

  expect(entities).toEqual([null, null, null]);
  expect(codes).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT']);
});

test.for<[string, object]>([
  ['of no type of ours', { __typename: 'Invoice', id: '1' }],
  ['of a type of ours that is no entity', { __typename: 'Viewer', id: '1' }],
  ['of no type at all', { id: '1' }],
  ['of a type named like a method of every object', { __typename: 'constructor', id: '1' }],
  ['of a type named like the parent of every object', { __typename: '__proto__', id: '1' }],
  ['of a type that is a list', { __typename: ['Project'], id: UNKNOWN_UUID }],
  ['of a type that is null', { __typename: null, id: UNKNOWN_UUID }],
])('a reference %s is a mistake of the caller, and the others are answered', async ([, odd]) => {
  const { entities, errors, codes, status } = await resolve([reference('Project'), odd, reference('Organization')]);

  expect(status).toBe(200);
  expect(entities).toEqual([entity('Project'), null, entity('Organization')]);
  expect(codes).toEqual(['BAD_USER_INPUT']);
  expect(errors?.[0]?.path).toEqual(['_entities', 1]);
});

test('no references, no entities, no calls', async () => {
  expect(await resolve([])).toMatchObject({ entities: [], upstream: {} });
});

test('without credentials every entity is null with a code that says so, and the platform is not asked', async () => {
  const references = MIXED.map(([typeName, index]) => reference(typeName, index));
  const { entities, codes, status, upstream } = await resolve(references, {});

  expect(status).toBe(200);
  expect(entities).toEqual(references.map(() => null));
  expect(codes).toEqual(references.map(() => 'UNAUTHENTICATED'));
  expect(upstream).toEqual({});
});

test('with the organization token alone only the assistants are missing, and the code names the token that opens them', async () => {
  const { entities, errors } = await resolve(
    MIXED.map(([typeName, index]) => reference(typeName, index)),
    { token },
  );

  expect(entities).toEqual(
    MIXED.map(([typeName, index]) => (typeName === 'Assistant' ? null : entity(typeName, index))),
  );
  const { id: projectId } = facade.emulator.seeded.organizations[0]!.projects[0]!;
  const missing = { code: 'CREDENTIAL_REQUIRED', scope: 'PROJECT', projectId };
  expect(errors?.map(({ extensions }) => extensions)).toMatchObject([missing, missing]);
});

test.for<[TypeName, string[]]>([
  ['Project', [routes.listProjects, routes.getProject]],
  ['ApiToken', [routes.listTokens]],
  ['Assistant', [routes.listAssistants]],
])('the other types are answered if every %s fails', async ([failing, failingRoutes]) => {
  facade.emulator.setFaults(failingRoutes.map((route) => ({ route, kind: 'status', status: 500 })));
  const { entities, errors, codes } = await resolve(MIXED.map(([typeName, index]) => reference(typeName, index)));

  expect(entities).toEqual(MIXED.map(([typeName, index]) => (typeName === failing ? null : entity(typeName, index))));
  expect(codes).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
  expect(errors?.map(({ path }) => path?.[1])).toEqual(
    MIXED.flatMap(([typeName], index) => (typeName === failing ? [index] : [])),
  );
});

/** An id of the same kind and project that nothing has. */
function withLastBytesChanged(id: string): string {
  const bytes = Buffer.from(id, 'base64url');
  for (let index = bytes.length - 8; index < bytes.length; index += 1) bytes[index] = 255 - bytes[index]!;
  return bytes.toString('base64url');
}
