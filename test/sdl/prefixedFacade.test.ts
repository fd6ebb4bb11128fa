import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Facade, metricOf, startFacade } from '../support/facade.ts';
import { inPlainNames, PREFIXES } from '../support/prefixed.ts';

let served: Facade;
/** Asks in the names of the plain schema. */
let facade: Facade;
let token: string;
let projectId: string;

beforeAll(async () => {
  served = await startFacade({ env: PREFIXES });
  facade = inPlainNames(served);
  const [organization] = served.emulator.seeded.organizations;
  token = organization!.token;
  projectId = organization!.projects[0]!.id;
});
afterAll(() => served.close());

const CREATE = `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) {
  __typename apiToken { __typename id status } secret userErrors { __typename code message ... on UserError { field } } } }`;

test('a token is created and blocked under prefixes, and the audit log keeps the names of actions', async () => {
  const before = served.audit().length;
  const created = await facade.query(CREATE, { token, variables: { input: { projectId, name: 'Prefixed' } } });
  const { apiToken, ...payload } = created.data.createApiToken;
  const block = `mutation ($id: ID!) { blockApiToken(input: { id: $id }) { changed apiToken { status } } }`;
  const blocked = await facade.query(block, { token, variables: { id: apiToken.id } });

  expect(payload).toMatchObject({ __typename: 'CreateApiTokenPayload', userErrors: [] });
  expect(apiToken).toMatchObject({ __typename: 'ApiToken', status: 'ACTIVE' });
  expect(blocked.data.blockApiToken).toEqual({ changed: true, apiToken: { status: 'BLOCKED' } });
  const actions = served
    .audit()
    .slice(before)
    .flatMap(({ action }) => action ?? []);
  expect(actions).toEqual(['createApiToken', 'blockApiToken']);
});

test('a user error bears the prefix, and is found through its interface', async () => {
  const { data } = await facade.query(CREATE, { token, variables: { input: { projectId, name: '' } } });

  expect(data.createApiToken.userErrors).toMatchObject([{ __typename: 'ApiTokenUserError', field: 'name' }]);
});

test('`node` returns objects under their names as served', async () => {
  const { data } = await served.query(
    `query ($id: ID!) { geaiNode(id: $id) { __typename id ... on GeaiProject { name } } geaiViewer { missing { neededBy } } }`,
    { token, variables: { id: projectId } },
  );

  expect(data.geaiNode).toMatchObject({ __typename: 'GeaiProject', id: projectId, name: expect.any(String) });
  expect(data.geaiViewer.missing.flatMap(({ neededBy }: { neededBy: string[] }) => neededBy)).toContain(
    'GeaiProject.assistants',
  );
});

test('the plain names are unknown', async () => {
  const { errors } = await served.query('{ viewer { scopes } }', { token });

  expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('a query that comes again takes the fast path', async () => {
  const ask = () => facade.query('{ organization { projects(first: 1) { nodes { name } } } }', { token });
  for (let turn = 0; turn < 3; turn += 1) await ask();
  const before = await metricOf(served, 'geai_graph_compiled_answers_total');
  const { data } = await ask();

  expect(data.organization.projects.nodes).toHaveLength(1);
  expect(await metricOf(served, 'geai_graph_compiled_answers_total')).toBe(before + 1);
});
