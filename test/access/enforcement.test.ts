import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Permission } from '../../src/access/permissions.ts';
import { permissionTable } from '../../src/graphql/permissionTable.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Facade, metricOf, routes, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recordingProxy.ts';
import { allBut } from './principals.ts';

let facade: Facade;
let proxy: RecordingProxy;
let issuer: Issuer;

beforeAll(async () => {
  const emulator = await startEmulator({ projects: 3, requestsPerProject: 4 });
  [proxy, issuer] = await Promise.all([startRecordingProxy(emulator.url), startIssuer()]);
  const env = {
    ...jwtMode(issuer, [emulator.seeded.organizations[0]!.token]),
    GEAI_BASE_URL: proxy.url,
    GEAI_BORROW_PROJECT_TOKENS: 'true',
    EXPOSE_REQUEST_CONTENT: 'true',
    CACHE: 'off',
  };
  facade = await startFacade({ sharedEmulator: emulator, env });
  // From here on the facade knows what its own token is, so that no test sees that call.
  await ask('{ organization { name } }', ['geai:read']);
});
beforeEach(() => {
  facade.emulator.resetCalls();
  proxy.reset();
});
afterAll(async () => {
  await issuer.close();
  await facade.close();
  await proxy.close();
  await facade.emulator.close();
});

const organization = () => facade.emulator.seeded.organizations[0]!;
const project = () => organization().projects[0]!;
const ask = async (document: string, permissions: readonly Permission[], variables = {}) =>
  facade.query(document, { token: await issuer.token({ scope: permissions.join(' ') }), variables });
const refusal = (path: (string | number)[], permission: Permission) => ({
  path,
  message: expect.stringContaining(`\`${permission}\``),
  extensions: expect.objectContaining({ code: 'FORBIDDEN', permission, retryable: false }),
});

/** A value that the type takes; the fields refuse before they look at it. */
function argumentOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return argumentOf(type.ofType);
  if (isListType(type)) return `[${argumentOf(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((field) => `${field.name}: ${argumentOf(field.type)}`).join(', ')} }`;
  }
  return { Boolean: 'true', Int: '1', Float: '1', Decimal: '1' }[type.name] ?? '"x"';
}

function selecting({ name, args, type }: GraphQLField<unknown, unknown>): string {
  const given = args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${argumentOf(arg.type)}`);
  return `${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${isLeafType(getNamedType(type)) ? '' : ' { __typename }'}`;
}

const roots = permissionTable(createSubgraph()).flatMap(({ type, field, permission }) =>
  /^(Query|Mutation)$/.test(type.name) && field.name !== '_entities' && permission
    ? [{ name: field.name, document: `${type.name.toLowerCase()} { ${selecting(field)} __typename }`, permission }]
    : [],
);

test.each(roots)(
  '$name is refused without $permission, and no call is made',
  async ({ name, document, permission }) => {
    const { data, errors } = await ask(document, allBut(permission));

    expect({ data, errors }).toMatchObject({ data: { [name]: null }, errors: [refusal([name], permission)] });
    expect(errors).toHaveLength(1);
    expect(facade.upstream()).toEqual({});
  },
);

const requests = (fields: string) => `query ($id: ID!) { project(id: $id) { name requests { nodes { ${fields} } } } }`;

test('requests are refused alone, also what would start beside their project', async () => {
  const { data, errors } = await ask(requests('status'), allBut('geai:requests:read'), { id: project().id });

  expect(data).toEqual({ project: { name: project().name, requests: null } });
  expect(errors).toMatchObject([refusal(['project', 'requests'], 'geai:requests:read')]);
  expect(facade.upstream()).toEqual({ [routes.getProject]: 1 });
});

test('texts of requests are refused each in its place', async () => {
  const { data, errors } = await ask(requests('status input output prompt'), allBut('geai:content:read'), {
    id: project().id,
  });

  const { nodes } = data.project.requests;
  expect(nodes.length).toBeGreaterThan(0);
  for (const node of nodes)
    expect(node).toEqual({ status: expect.any(String), input: null, output: null, prompt: null });
  expect(errors).toHaveLength(3 * nodes.length);
  expect(errors).toContainEqual(
    expect.objectContaining(refusal(['project', 'requests', 'nodes', 0, 'prompt'], 'geai:content:read')),
  );
});

test('prompts of assistants are refused, and no longer asked for', async () => {
  const document = 'query ($id: ID!) { project(id: $id) { assistants { nodes { name revisions { number } } } } }';
  const { data, errors } = await ask(document, allBut('geai:content:read'), { id: project().id });

  const { nodes } = data.project.assistants;
  expect(nodes.length).toBeGreaterThan(0);
  for (const node of nodes) expect(node).toEqual({ name: expect.any(String), revisions: null });
  expect(errors).toHaveLength(nodes.length);
  expect(proxy.calls().filter((call) => call.includes('/assistants'))).toEqual([
    'GET /v1/organization/assistants?detail=summary',
  ]);
});

test('references are refused each in its place, with the fields beside them', async () => {
  const document = `query ($representations: [_Any!]!) {
    __typename _entities(representations: $representations) { ... on Project { name } } _service { __typename } }`;
  const representations = [{ __typename: 'Project', id: project().id }, { __typename: 'Unknown' }];
  const { data, errors } = await ask(document, allBut('geai:read'), { representations });

  expect(data).toEqual({ __typename: 'Query', _entities: [null, null], _service: { __typename: '_Service' } });
  expect(errors).toMatchObject([refusal(['_entities', 0], 'geai:read'), refusal(['_entities', 1], 'geai:read')]);
  expect(facade.upstream()).toEqual({});
});

describe('a caller who may write and not read', () => {
  const create = `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) {
    apiToken { name project { name } } secret userErrors { code } } }`;

  test('gets the outcome of a mutation, and nothing of the graph behind it', async () => {
    const input = { projectId: project().id, name: 'written' };
    const { data, errors } = await ask(create, ['geai:tokens:write'], { input });

    expect(data.createApiToken).toEqual({ apiToken: null, secret: expect.any(String), userErrors: [] });
    expect(errors).toMatchObject([refusal(['createApiToken', 'apiToken'], 'geai:read')]);
  });

  test('keeps the secrets of a new project', async () => {
    const input = { name: 'New project', administratorUserEmail: 'a@example.com' };
    const document = `mutation ($input: CreateProjectInput!) { createProject(input: $input) {
      project { id } apiTokens { secret apiToken { id } } userErrors { code } } }`;
    const { data, errors } = await ask(document, ['geai:projects:write'], { input });

    expect(data.createProject.project).toBeNull();
    expect(data.createProject.apiTokens.length).toBeGreaterThan(0);
    for (const issued of data.createProject.apiTokens)
      expect(issued).toEqual({ secret: expect.any(String), apiToken: null });
    expect(errors).toHaveLength(1 + data.createProject.apiTokens.length);
  });
});

test('a compiled query is refused all the same', async () => {
  const document = `{ project(id: "${project().id}") { name requests { nodes { status } } } }`;
  const all = allBut('geai:content:read');
  for (let turn = 0; turn < 5; turn += 1) await ask(document, all);
  expect(await metricOf(facade, 'geai_graph_compiled_answers_total')).toBeGreaterThan(0);
  facade.emulator.resetCalls();

  const { data, errors } = await ask(document, allBut('geai:requests:read'));

  expect(data).toEqual({ project: { name: project().name, requests: null } });
  expect(errors).toMatchObject([refusal(['project', 'requests'], 'geai:requests:read')]);
  expect(facade.upstream()[routes.exportRequests]).toBeUndefined();
});
