import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Answer, type Facade, query, routes, startFacade } from '../support/facade.ts';
import { budgetOf, COSTS_SDL, type CostsSubgraph, startCostsSubgraph } from './costsSubgraph.ts';
import { type Router, servedSdl, startRouter } from './supergraph.ts';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const IDS = `query ($project: ID!) { project(id: $project) {
  apiTokens { nodes { id name } } assistants { nodes { id name } } } }`;

let facade: Facade;
let costs: CostsSubgraph;
let router: Router;
let organization: Facade['emulator']['seeded']['organizations'][number];
let token: string;
let projectToken: string;
let members: { apiTokens: { nodes: Named[] }; assistants: { nodes: Named[] } };

interface Named {
  readonly id: string;
  readonly name: string;
}

beforeAll(async () => {
  facade = await startFacade({ emulator: { projects: 20 } });
  organization = facade.emulator.seeded.organizations[0]!;
  token = organization.token;
  projectToken = organization.projects[0]!.tokens.find(({ status }) => status === 'Active')!.id;
  const { data } = await facade.query(IDS, {
    token,
    tokens: [projectToken],
    variables: { project: organization.projects[0]!.id },
  });
  const apiTokenIds = data.project.apiTokens.nodes.map(({ id }: Named) => id);
  const assistantIds = data.project.assistants.nodes.map(({ id }: Named) => id);
  members = data.project;
  const [first, second] = organization.projects.map(({ id }) => id);
  costs = await startCostsSubgraph([
    { code: 'all', organizationId: organization.id, projectIds: organization.projects.map(({ id }) => id) },
    { code: 'old', organizationId: UNKNOWN_ID, projectIds: [first!, UNKNOWN_ID, second!], apiTokenIds, assistantIds },
  ]);
  router = await startRouter([
    { name: 'geai', url: `${facade.url}/graphql`, sdl: await servedSdl(facade.url) },
    { name: 'costs', url: costs.url, sdl: COSTS_SDL },
  ]);
});
afterAll(async () => {
  await router?.close();
  await costs?.close();
  await facade.close();
});
afterEach(() => {
  facade.emulator.setFaults([]);
  costs.setFailing(false);
});

/** Asks the router as the holder of the organization token and of one project's, and counts what that costs. */
async function ask(document: string) {
  // A slow machine may have forgotten what the tokens are since the last test.
  await facade.query('{ viewer { scopes } }', { token, tokens: [projectToken] });
  facade.emulator.resetCalls();
  const before = costs.requests();
  const answer = await query(router.url, document, { token, tokens: [projectToken] });
  return { ...answer, upstream: facade.upstream(), costsRequests: costs.requests() - before };
}

test('from the other subgraph into ours: 20 projects cost one list, and the organization nothing', async () => {
  const { data, errors, upstream, costsRequests } = await ask(
    '{ costCentre(code: "all") { organization { name } projects { id name status } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.costCentre.organization).toEqual({ name: organization.name });
  expect(data.costCentre.projects).toEqual(
    organization.projects.map(({ id, name, isHidden }) => ({ id, name, status: isHidden ? 'HIDDEN' : 'ACTIVE' })),
  );
  expect(upstream).toEqual({ [routes.listProjects]: 1 });
  expect(costsRequests).toBe(1);
});

test('from ours into the other subgraph: its fields arrive on the right projects, one request per type', async () => {
  const { data, errors, upstream, costsRequests } = await ask(
    '{ organization { monthlyBudget projects(first: 20) { nodes { id monthlyBudget costCentre { code } } } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.organization.monthlyBudget).toBe(budgetOf(organization.id));
  const { nodes } = data.organization.projects;
  expect(nodes.map(({ id }: Named) => id).sort()).toEqual(organization.projects.map(({ id }) => id).sort());
  for (const { id, ...rest } of nodes) {
    expect(rest).toEqual({ monthlyBudget: budgetOf(id), costCentre: { code: 'all' } });
  }
  expect(upstream).toEqual({ [routes.listProjects]: 1 });
  expect(costsRequests).toBe(2);
});

test('one query goes there and back: project, its cost centre, the projects of that, and their tokens', async () => {
  const id = organization.projects[0]!.id;
  const { data, errors, upstream } = await ask(
    `{ project(id: "${id}") { name costCentre { projects { name apiTokens { totalCount } } } } }`,
  );

  expect(errors).toBeUndefined();
  expect(data.project.costCentre.projects).toEqual(
    organization.projects.map(({ name, tokens }) => ({ name, apiTokens: { totalCount: tokens.length } })),
  );
  expect(upstream).toEqual({ [routes.getProject]: 1, [routes.listProjects]: 1, [routes.listTokens]: 20 });
});

test('tokens and assistants that the other subgraph only refers to are resolved by us, one list each', async () => {
  const { data, errors, upstream } = await ask(
    '{ costCentre(code: "old") { apiTokens { id name } assistants { id name } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.costCentre).toEqual({ apiTokens: members.apiTokens.nodes, assistants: members.assistants.nodes });
  expect(members.assistants.nodes.length).toBeGreaterThan(1);
  expect(upstream).toEqual({ [routes.listTokens]: 1, [routes.listAssistants]: 1 });
});

test('an object that the platform does not have is null among the rest, without an error', async () => {
  const { data, errors, upstream } = await ask(
    '{ costCentre(code: "old") { code organization { name } projects { id name monthlyBudget } } }',
  );

  expect(errors).toBeUndefined();
  const [first, second] = organization.projects.map(({ id, name }) => ({ id, name, monthlyBudget: budgetOf(id) }));
  expect(data.costCentre).toEqual({ code: 'old', organization: { name: null }, projects: [first, null, second] });
  expect(upstream).toEqual({ [routes.listProjects]: 1, [routes.getProject]: 1 });
});

test('a project whose tokens cannot be read loses its tokens, and nothing else is lost', async () => {
  const [broken, ...healthy] = organization.projects;
  facade.emulator.setFaults([{ route: routes.listTokens, project: broken!.id, kind: 'status', status: 500 }]);

  const { data, errors } = await ask(
    '{ costCentre(code: "all") { code projects { name monthlyBudget apiTokens { totalCount } } } }',
  );

  expect(data.costCentre.projects).toEqual([
    { name: broken!.name, monthlyBudget: budgetOf(broken!.id), apiTokens: null },
    ...healthy.map(({ id, name, tokens }) => ({
      name,
      monthlyBudget: budgetOf(id),
      apiTokens: { totalCount: tokens.length },
    })),
  ]);
  expect(codesOf(errors)).toEqual(['UPSTREAM_UNAVAILABLE']);
});

test('projects that cannot be listed keep what the other subgraph knows of them', async () => {
  facade.emulator.setFaults([{ route: routes.listProjects, kind: 'status', status: 500 }]);

  const { data, errors } = await ask(
    '{ costCentre(code: "all") { code organization { name } projects { id monthlyBudget description } } }',
  );

  expect(data.costCentre).toEqual({
    code: 'all',
    organization: { name: organization.name },
    projects: organization.projects.map(({ id, description }, index) => ({
      id,
      monthlyBudget: budgetOf(id),
      description: index === 0 ? description : null,
    })),
  });
  expect(codesOf(errors)).toEqual(organization.projects.slice(1).map(() => 'UPSTREAM_UNAVAILABLE'));
});

test('our part of the answer stays when the other subgraph is down', async () => {
  costs.setFailing(true);

  const { data, errors, costsRequests } = await ask(
    '{ organization { name monthlyBudget projects(first: 100) { nodes { name monthlyBudget } } } }',
  );

  expect(data.organization).toMatchObject({ name: organization.name, monthlyBudget: null });
  const { nodes } = data.organization.projects;
  expect(nodes.map(({ name }: Named) => name).sort()).toEqual(organization.projects.map(({ name }) => name).sort());
  expect(new Set(nodes.map(({ monthlyBudget }: { monthlyBudget: unknown }) => monthlyBudget))).toEqual(new Set([null]));
  expect(costsRequests).toBe(2);
  expect(errors).toHaveLength(2);
});

test('a caller without credentials gets what needs none, and a clear code for the rest', async () => {
  facade.emulator.resetCalls();
  const { data, errors } = await query(router.url, '{ costCentre(code: "all") { code organization { name } } }');

  expect(data.costCentre).toEqual({ code: 'all', organization: { name: null } });
  expect(codesOf(errors)).toEqual(['UNAUTHENTICATED']);
  expect(facade.upstream()).toEqual({});
});

function codesOf(errors: Answer['errors']): string[] {
  return (errors ?? []).map(({ extensions }) => extensions.code);
}
