import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { codes, type Facade, startFacade } from '../support/facade.ts';
import { idOf } from '../support/managing.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recordingProxy.ts';

/** The platform does not say what these tokens are. */
const unreachable = new Set<string>();
let emulator: Emulator;
let proxy: RecordingProxy;
let facade: Facade;

beforeAll(async () => {
  emulator = await startEmulator({ projects: 4 });
  proxy = await startRecordingProxy(emulator.url, (path, token) => path.includes('validate') && unreachable.has(token));
  const env = { GEAI_BASE_URL: proxy.url, GEAI_BORROW_PROJECT_TOKENS: 'true', LOG_LEVEL: 'silent' };
  facade = await startFacade({ sharedEmulator: emulator, env });
  const [, other] = emulator.seeded.organizations;
  unreachable.add(other!.token);
});
afterAll(async () => {
  await facade.close();
  await proxy.close();
  await emulator.close();
});

const seeded = () => {
  const [known, other] = emulator.seeded.organizations;
  const [project] = known!.projects;
  const [theirs] = other!.projects;
  return { known: known!, other: other!, project: project!, theirs: theirs! };
};

/** A request with the token of an organization, and that of another, which cannot be identified. */
const ask = (document: string, variables = {}) =>
  facade.query(document, { token: seeded().known.token, tokens: [seeded().other.token], variables });

const references = (id: string) => [
  { __typename: 'Organization', id: seeded().other.id },
  { __typename: 'Project', id },
];

test.each([
  ['an organization', () => `{ found: organization(id: "${seeded().other.id}") { id } }`],
  ['a project', () => `{ found: project(id: "${seeded().theirs.id}") { id } }`],
  ['a token', () => `{ found: apiToken(id: "${idOf(seeded().theirs.id, seeded().theirs.tokens[0]!.id)}") { id } }`],
])('%s of the token that could not be identified is not said to be absent', async (_what, document) => {
  const answer = await ask(document());

  expect(answer.data).toEqual({ found: null });
  expect(codes(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
});

test('nor is a reference to it, and what the other token opens is there', async () => {
  const { known, project, theirs } = seeded();
  const document = `query ($representations: [_Any!]!, $organization: ID!, $project: ID!) {
    _entities(representations: $representations) { ... on Organization { id } ... on Project { name } }
    organization(id: $organization) { id } project(id: $project) { name assistants { totalCount } }
  }`;
  const variables = { representations: references(theirs.id), organization: known.id, project: project.id };
  const answer = await ask(document, variables);

  expect(answer.data).toEqual({
    _entities: [null, null],
    organization: { id: known.id },
    project: { name: project.name, assistants: { totalCount: project.assistants.length } },
  });
  expect(codes(answer)).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
});

test('a project is not created in the one organization that is known, unless it is named', async () => {
  const { known } = seeded();
  const document = `mutation ($input: CreateProjectInput!) { createProject(input: $input) {
    project { name } userErrors { code } } }`;
  const input = { name: 'New', administratorUserEmail: 'admin@example.com' };
  const count = () => emulator.projects(known.id).length;
  const before = count();

  const answer = await ask(document, { input });
  expect(codes(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(count()).toBe(before);

  const named = await ask(document, { input: { ...input, organizationId: known.id } });
  expect(named.data.createProject).toEqual({ project: { name: 'New' }, userErrors: [] });
});

test('a change is not told that its token is absent', async () => {
  const { theirs } = seeded();
  const id = idOf(theirs.id, theirs.tokens[0]!.id);
  const answer = await ask(`mutation { blockApiToken(input: { id: "${id}" }) { userErrors { code } } }`);

  expect(codes(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
});

test('a scope that the unidentified token may open is not said to be missing', async () => {
  const { known, other, project } = seeded();
  const active = project.tokens.find(({ status }) => status === 'Active')!.id;
  const alone = await facade.query('query ($id: ID!) { project(id: $id) { apiTokens { totalCount } } }', {
    token: active,
    tokens: [other.token],
    variables: { id: project.id },
  });

  expect(codes(alone)).toEqual(['UPSTREAM_UNAVAILABLE']);
  const { data } = await ask('{ viewer { credentials { kind isAccepted } } }');
  expect(data.viewer.credentials).toEqual([
    { kind: 'ORGANIZATION_TOKEN', isAccepted: true },
    { kind: null, isAccepted: false },
  ]);
  expect(known.token).not.toBe(other.token);
});
