import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SeededOrganization } from '../../emulator/emulator.ts';
import { codes, type Facade, type Request, routes, startFacade } from '../support/facade.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const CONNECTION = `totalCount unreadableCount unreadableProjectCount
  unreadableProjects { code message project { id name } } pageInfo { hasNextPage endCursor }`;
const PAGE = `query ($first: Int! = 100, $after: String, $filter: OrganizationApiTokenFilter, $orderBy: ApiTokenOrder, $id: ID) {
  organization(id: $id) { apiTokens(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes { name hint status createdAt project { id name } } ${CONNECTION} } } }`;

interface Node {
  readonly name: string;
  readonly hint: string;
  readonly status: string;
  readonly createdAt: string;
  readonly project: { readonly id: string };
}

let facade: Facade;
let acme: SeededOrganization;
let other: SeededOrganization;

beforeAll(async () => {
  facade = await startFacade({ emulator: { organizations: 2, projects: 6 } });
  [acme, other] = facade.emulator.seeded.organizations as [SeededOrganization, SeededOrganization];
  await facade.query('{ viewer { scopes } }', { token: acme.token, tokens: [other.token] });
});
beforeEach(() => {
  facade.emulator.setFaults([]);
  facade.emulator.resetCalls();
});
afterAll(() => facade.close());

const ask = (variables: Record<string, unknown> = {}, request: Request = { token: acme.token }) =>
  facade.query(PAGE, { ...request, variables });
const page = async (variables: Record<string, unknown> = {}) => {
  const { data, errors } = await ask(variables);
  expect(errors).toBeUndefined();
  return data.organization.apiTokens;
};
const tokensOf = ({ projects }: SeededOrganization) =>
  projects.flatMap(({ id, tokens }) => tokens.map(({ name }) => `${id} ${name}`)).sort();
const namesOf = (nodes: readonly Node[]) => nodes.map(({ name, project }) => `${project.id} ${name}`).sort();

test.each([1, 20, 200])('tokens of %i projects cost one call per project and one for the projects', async (count) => {
  const many = await startFacade({ emulator: { organizations: 1, projects: count } });
  const { token, projects } = many.emulator.seeded.organizations[0]!;
  await many.query('{ viewer { scopes } }', { token });
  many.emulator.resetCalls();
  const document = '{ organization { apiTokens { totalCount unreadableProjectCount nodes { project { name } } } } }';
  const { data, errors } = await many.query(document, { token });
  const upstream = many.upstream();
  await many.close();

  expect(errors).toBeUndefined();
  expect(data.organization.apiTokens).toMatchObject({
    totalCount: projects.flatMap(({ tokens }) => tokens).length,
    unreadableProjectCount: 0,
  });
  expect(upstream).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: count });
});

test('the tokens of all projects take two round trips', async () => {
  facade.emulator.answerTogether(true);
  await page();
  facade.emulator.answerTogether(false);

  expect(facade.emulator.roundTrips()).toBe(2);
});

test('every token of every project is there, with its project, and pages share one reading', async () => {
  const { data } = await facade.query(
    `{ organization { a: apiTokens(first: 100) { totalCount nodes { name project { id name } } }
      b: apiTokens(first: 1, filter: { status: BLOCKED }) { totalCount } projects { nodes { apiTokens { totalCount } } } } }`,
    { token: acme.token },
  );

  expect(namesOf(data.organization.a.nodes)).toEqual(tokensOf(acme));
  expect(facade.upstream()).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: acme.projects.length });
});

test('filters hold together, and the counts follow them', async () => {
  const { nodes } = await page();
  const one: Node = nodes[3];
  const projectId = acme.projects[1]!.id;
  const matching = (isIn: (node: Node) => boolean) => namesOf(nodes.filter(isIn));
  const filters: [filter: object, isIn: (node: Node) => boolean][] = [
    [
      { nameContains: one.name.slice(0, 3).toUpperCase() },
      ({ name }) => name.toLowerCase().includes(one.name.slice(0, 3).toLowerCase()),
    ],
    [{ hint: one.hint }, ({ hint }) => hint === one.hint],
    [{ hint: one.hint.slice(-4) }, ({ hint }) => hint.endsWith(one.hint.slice(-4))],
    [{ status: ['BLOCKED', 'REVOKED'] }, ({ status }) => status !== 'ACTIVE'],
    [{ status: [] }, () => false],
    [{ createdAfter: one.createdAt }, ({ createdAt }) => createdAt >= one.createdAt],
    [{ createdBefore: one.createdAt }, ({ createdAt }) => createdAt < one.createdAt],
    [{ projectIds: [projectId, projectId.toUpperCase()] }, ({ project }) => project.id === projectId],
    [
      { projectIds: [projectId], status: ['ACTIVE'] },
      ({ project, status }) => project.id === projectId && status === 'ACTIVE',
    ],
  ];

  for (const [filter, isIn] of filters) {
    const found = await page({ filter });
    expect([filter, namesOf(found.nodes), found.totalCount]).toEqual([filter, matching(isIn), matching(isIn).length]);
  }
});

test('projects that are named cost one call each', async () => {
  await page({ filter: { projectIds: acme.projects.slice(0, 2).map(({ id }) => id) } });

  expect(facade.upstream()).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: 2 });
});

describe.each(['CREATED_AT', 'NAME', 'STATUS'])('by %s', (field) => {
  test('descending is ascending from its end, and pages of one order hold together', async () => {
    const ascending = await page({ orderBy: { field } });
    const walked: Node[] = [];
    let after: string | null = null;
    do {
      const { nodes, pageInfo } = await page({ orderBy: { field, direction: 'DESC' }, first: 4, after });
      walked.push(...nodes);
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);

    expect(walked).toEqual(ascending.nodes.toReversed());
    const keys = ascending.nodes.map((node: Node) =>
      field === 'NAME' ? node.name.toLowerCase() : field === 'STATUS' ? node.status : node.createdAt,
    );
    expect(keys).toEqual(keys.toSorted());
  });
});

test('a cursor of another order is refused before anything is read', async () => {
  const { pageInfo } = await page({ first: 1 });
  facade.emulator.resetCalls();
  const answer = await ask({ first: 1, after: pageInfo.endCursor, orderBy: { direction: 'DESC' } });

  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  expect(facade.upstream()).toEqual({});
});

test('a project that fails is reported, and hides nothing of the others', async () => {
  const failing = acme.projects[2]!;
  facade.emulator.setFaults([{ route: routes.listTokens, project: failing.id, kind: 'status', status: 403 }]);
  const found = await page();

  expect(namesOf(found.nodes)).toEqual(tokensOf({ ...acme, projects: acme.projects.filter((one) => one !== failing) }));
  expect(found).toMatchObject({
    totalCount: found.nodes.length,
    unreadableProjectCount: 1,
    unreadableProjects: [{ code: 'FORBIDDEN', project: { id: failing.id, name: failing.name } }],
  });
});

test('an organization of which no project can be read is an error and no empty list', async () => {
  facade.emulator.setFaults([{ route: routes.listTokens, kind: 'status', status: 403 }]);
  const answer = await ask();

  expect(answer.data.organization.apiTokens).toBeNull();
  expect(codes(answer)).toEqual(['FORBIDDEN']);
});

test('projects and tokens that cannot be decoded are counted', async () => {
  const [first] = acme.projects;
  const project = { projectId: first!.id, projectName: 'Good', projectActive: true, projectStatus: 0 };
  facade.emulator.setFaults([
    { route: routes.listProjects, kind: 'answer', body: { projects: [project, { projectId: 7 }] } },
    { route: routes.listTokens, kind: 'answer', body: { tokens: [{}, { id: 'a', name: 'b', status: 'Active' }] } },
  ]);
  const found = await page();

  expect(found).toMatchObject({ totalCount: 1, unreadableCount: 1, unreadableProjectCount: 1, unreadableProjects: [] });
});

test('a project that is gone is reported; one that is deleted has no tokens any more', async () => {
  const projects = acme.projects.map(({ id, name }) => ({ projectId: id, projectName: name, projectActive: true }));
  const [gone, deleted] = [UNKNOWN, UNKNOWN.replace(/0$/, '1')];
  const more = [
    { projectId: gone, projectName: 'Gone', projectActive: true, projectStatus: 0 },
    { projectId: deleted, projectName: 'Deleted', projectActive: false, projectStatus: 1 },
  ];
  facade.emulator.setFaults([
    { route: routes.listProjects, kind: 'answer', body: { projects: [...projects, ...more] } },
  ]);
  const found = await page();

  expect(namesOf(found.nodes)).toEqual(tokensOf(acme));
  expect(found.unreadableProjectCount).toBe(1);
  expect(found.unreadableProjects).toEqual([
    {
      code: 'PROJECT_NOT_FOUND',
      message: `There is no project ${gone}, or the credentials do not open it.`,
      project: null,
    },
  ]);
});

test('projects that are named and not there are reported', async () => {
  const projectIds = [acme.projects[0]!.id, UNKNOWN, other.projects[0]!.id];
  const found = await page({ filter: { projectIds } });

  expect(found.nodes.every(({ project }: Node) => project.id === projectIds[0])).toBe(true);
  expect(found.unreadableProjectCount).toBe(2);
  expect(found.unreadableProjects).toMatchObject([
    { code: 'PROJECT_NOT_FOUND', project: null },
    { code: 'PROJECT_NOT_FOUND', project: null },
  ]);
  expect(facade.upstream()[routes.listTokens]).toBe(1);
});

test('with tokens of several organizations, each organization has its own tokens', async () => {
  for (const organization of [acme, other]) {
    const { data, errors } = await ask({ id: organization.id }, { token: other.token, tokens: [acme.token] });
    expect(errors).toBeUndefined();
    expect(namesOf(data.organization.apiTokens.nodes)).toEqual(tokensOf(organization));
  }
});

test('without a token of the organization, the field alone is null', async () => {
  const token = acme.projects[0]!.tokens[0]!.id;
  const answer = await ask({}, { token });

  expect(answer.data).toEqual({ organization: { apiTokens: null } });
  expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED']);
  expect(facade.upstream()[routes.listTokens]).toBeUndefined();
});

test.each<[string, Record<string, unknown>]>([
  ['a project that is none', { filter: { projectIds: ['default_secret'] } }],
  ['no project', { filter: { projectIds: [] } }],
  ['too many projects', { filter: { projectIds: Array(1_001).fill(UNKNOWN) } }],
  ['a token in place of its hint', { filter: { hint: `default_${'a'.repeat(43)}` } }],
  ['a time that is none', { filter: { createdAfter: '2026-01-01' } }],
  [
    'times the wrong way round',
    { filter: { createdAfter: '2026-02-01T00:00:00Z', createdBefore: '2026-01-01T00:00:00Z' } },
  ],
  ['too large a page', { first: 101 }],
  ['a cursor that is none', { after: 'x' }],
])('%s is refused without a call and without repeating it', async (_case, variables) => {
  const answer = await ask(variables);

  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  expect(answer.text).not.toMatch(/default_(secret|a{43})/);
  expect(facade.upstream()).toEqual({});
});

test('an organization of more projects than the budget allows is refused, and named projects are read', async () => {
  const narrow = await startFacade({ sharedEmulator: facade.emulator, env: { UPSTREAM_CALL_BUDGET: '9' } });
  const document = `query ($filter: OrganizationApiTokenFilter) {
    organization { apiTokens(filter: $filter) { totalCount } } }`;
  const send = (variables: Record<string, unknown>) => narrow.query(document, { token: acme.token, variables });
  const [refused, read] = [await send({}), await send({ filter: { projectIds: [acme.projects[0]!.id] } })];
  await narrow.close();

  expect(codes(refused)).toEqual(['TOO_MANY_UPSTREAM_CALLS']);
  expect(refused.errors![0]!.message).toBe(
    'The organization has 6 projects; this field reads 4 at most. Name fewer with `projectIds`.',
  );
  expect(facade.upstream()[routes.listTokens]).toBe(1);
  expect(read.data.organization.apiTokens.totalCount).toBe(acme.projects[0]!.tokens.length);
});
