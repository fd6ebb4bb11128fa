import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entitiesQuery, idOf, type MeasuredFacade, references, SIZES, startMeasured } from '../fanOut/measured.ts';
import { route } from '../support/facade.ts';

const PROJECT_MEMBERS = route('GET /v2/accessControl/projects/members');
const ROLES = route('GET /v2/accessControl/projects/roles');
const ORGANIZATION_MEMBERS = route('GET /v2/accessControl/organizations/members');

const PAGE = 'totalCount unreadableCount pageInfo { hasNextPage endCursor }';
const ROLE = { name: 'Good', type: 'backend' };

let facade: MeasuredFacade;

beforeAll(async () => {
  facade = await startMeasured();
});
beforeEach(() => facade.emulator.setFaults([]));
afterAll(() => facade.close());

const inProject = () => `project(id: "${facade.organization.projects[0]!.id}")`;

/** The lists, each with what an element is on the wire and in the graph. */
const LISTS = {
  'Project.members': {
    route: PROJECT_MEMBERS,
    ...{ key: 'members', field: 'members', open: inProject, node: 'name: email' },
    wire: (name: string): object => ({ email: name, roles: [ROLE] }),
    odd: [{}, { email: '' }, { email: {} }, { email: 'x', roles: 'none' }, { email: 'x', roles: [{}] }],
  },
  'Project.roles': {
    route: ROLES,
    ...{ key: 'roles', field: 'roles', open: inProject, node: 'name' },
    wire: (name: string): object => ({ ...ROLE, name }),
    odd: [{}, { ...ROLE, name: null }, { ...ROLE, origin: {} }],
  },
  'Organization.members': {
    route: ORGANIZATION_MEMBERS,
    ...{ key: 'members', field: 'members', open: () => 'organization', node: 'name: email' },
    wire: (name: string): object => ({ email: name, roles: [] }),
    odd: [null, 7, 'text', { email: ['x'] }],
  },
};

const numbered = (from: number, count: number) => Array.from({ length: count }, (_none, index) => `n${from + index}`);

describe.each(Object.entries(LISTS))('%s', (_name, { route, key, field, open, node, wire, odd }) => {
  const ask = async (args: string, more = '') => {
    const answer = await facade.measure(
      `{ ${open()} { page: ${field}${args} { nodes { ${node} } ${PAGE} } ${more} } }`,
    );
    const place = answer.data[open().match(/\w+/)![0]];
    const names = place.page?.nodes.map(({ name }: { name: string }) => name);
    return { ...answer, place, names, page: place.page, calls: answer.upstream[route] ?? 0 };
  };
  /** Answers with these pages in turn, and with nothing after them. */
  const paged = (...bodies: (object | readonly unknown[])[]) =>
    facade.emulator.setFaults([
      ...bodies.map(
        (body) => ({ route, kind: 'answer', times: 1, body: Array.isArray(body) ? { [key]: body } : body }) as const,
      ),
      { route, kind: 'answer', body: { [key]: [] } },
    ]);

  test('reads one page where more is there than is asked for', async () => {
    paged(numbered(0, 26).map(wire));
    const { page, names, calls } = await ask('(first: 5)');

    expect(names).toEqual(numbered(0, 5));
    expect(page).toMatchObject({ totalCount: null, unreadableCount: 0, pageInfo: { hasNextPage: true } });
    expect(calls).toBe(1);
  });

  test('goes on from a cursor where it stopped, across the pages of the platform, without a gap or a repetition', async () => {
    const [one, two] = [numbered(0, 100).map(wire), numbered(100, 30).map(wire)];
    paged(one);
    const first = await ask('(first: 70)');
    paged(one, two);
    const second = await ask(`(first: 50, after: "${first.page.pageInfo.endCursor}")`);
    paged(two);
    const third = await ask(`(first: 50, after: "${second.page.pageInfo.endCursor}")`);

    expect([first.names, second.names, third.names]).toEqual([numbered(0, 70), numbered(70, 50), numbered(120, 10)]);
    expect([first, second, third].map(({ page }) => page.pageInfo.hasNextPage)).toEqual([true, true, false]);
    expect([first.calls, second.calls, third.calls]).toEqual([1, 2, 2]);
  });

  test('takes no short page for the end, and says where to go on after three', async () => {
    paged(...[0, 10, 20, 30].map((from) => numbered(from, 10).map(wire)));
    const first = await ask('(first: 100)');
    paged(numbered(30, 10).map(wire));
    const second = await ask(`(after: "${first.page.pageInfo.endCursor}")`);

    expect([first.names, first.page.pageInfo.hasNextPage, first.calls]).toEqual([numbered(0, 30), true, 3]);
    expect([second.names, second.page.pageInfo.hasNextPage]).toEqual([numbered(30, 10), false]);
  });

  test('needs no second call where the platform tells the total, and passes it on', async () => {
    paged({ [key]: numbered(0, 3).map(wire), count: 3, pages: 1 });
    const { page, calls } = await ask('');

    expect(page).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false } });
    expect(calls).toBe(1);
  });

  test('goes on over short pages until the total that the platform tells, and no further', async () => {
    const part = (from: number) => ({ [key]: numbered(from, 2).map(wire), count: 6 });
    paged(part(0), part(2), part(4));
    const { page, names, calls } = await ask('(first: 10)');

    expect(names).toEqual(numbered(0, 6));
    expect(page).toMatchObject({ totalCount: 6, pageInfo: { hasNextPage: false } });
    expect(calls).toBe(3);
  });

  test('ends where an installation does not page, and shows nothing twice', async () => {
    facade.emulator.setFaults([{ route, kind: 'answer', body: { [key]: numbered(0, 150).map(wire) } }]);
    const first = await ask('(first: 100)');
    const second = await ask(`(first: 100, after: "${first.page.pageInfo.endCursor}")`);

    expect([first.names, second.names]).toEqual([numbered(0, 100), numbered(100, 50)]);
    expect([second.page.pageInfo.hasNextPage, second.calls]).toEqual([false, 2]);
  });

  test('is read once for several pages of one request', async () => {
    paged(numbered(0, 26).map(wire));
    const { place, calls } = await ask('(first: 5)', `more: ${field}(first: 10) { nodes { ${node} } }`);

    expect(place.more.nodes).toHaveLength(10);
    expect(calls).toBe(1);
  });

  test.each(odd.map((one) => [one]))('leaves %j out and counts it', async (one) => {
    paged([wire('a'), one, wire('b')]);
    const { names, page } = await ask('');

    expect(names).toEqual(['a', 'b']);
    expect(page.unreadableCount).toBe(1);
  });

  test.each([
    ['is down', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    ['refuses', { kind: 'status', status: 403, id: 7 }, 'FORBIDDEN'],
    ['does not have it', { kind: 'status', status: 404, id: 404 }, 'UPSTREAM_BAD_RESPONSE'],
    ['says something else', { kind: 'answer', body: { people: [] } }, 'UPSTREAM_BAD_RESPONSE'],
  ] as const)('is null with an error where the platform %s, beside what is healthy', async (_case, fault, code) => {
    facade.emulator.setFaults([{ route, ...fault }]);
    const { place, codes } = await ask('', 'name usageLimits { totalCount }');

    expect(place).toMatchObject({ page: null, name: expect.any(String), usageLimits: expect.anything() });
    expect(codes).toEqual([code]);
  });

  test.each(['(first: 0)', '(first: 101)', '(after: "x")', '(after: "WyJ4IiwxXQ")'])('refuses %s', async (args) => {
    const { page, codes } = await ask(args);

    expect(page).toBeNull();
    expect(codes).toEqual(['BAD_USER_INPUT']);
  });
});

test('people and roles are those of the platform, and no address gets into the log or a cursor', async () => {
  const { organization } = facade;
  const members =
    'members(first: 100) { nodes { email roles { name kind origin externalId } } pageInfo { endCursor } }';
  const { data, errors, text } = await facade.measure(
    `{ organization { ${members} } ${inProject()} { ${members} roles { nodes { name kind } } } }`,
  );
  const emails = (place: { members: { nodes: { email: string }[] } }) => place.members.nodes.map(({ email }) => email);

  expect(errors).toBeUndefined();
  expect(emails(data.organization)).toEqual(organization.members.map(({ email }) => email).sort());
  expect(emails(data.project).toSorted()).toEqual(organization.projects[0]!.members.map(({ email }) => email).sort());
  expect(data.project.roles.nodes).toEqual([
    { name: 'Pilot tester', kind: 'FRONTEND' },
    { name: 'Project administrator', kind: 'BACKEND' },
    { name: 'Project member', kind: 'BACKEND' },
    { name: 'Station user', kind: 'FRONTEND' },
  ]);
  const [{ email }] = data.organization.members.nodes;
  expect(text).toContain(email);
  expect(facade.log()).not.toContain(email);
  expect(facade.log()).not.toContain(encodeURIComponent(email));
  const cursors = [data.organization, data.project].map(({ members: { pageInfo } }) => pageInfo.endCursor);
  for (const cursor of cursors) expect(Buffer.from(cursor, 'base64url').toString()).not.toContain('@');
});

test.each(SIZES)(
  'members and roles of %i projects cost what their pages take, each with its own project as the target',
  async (count) => {
    const projects = facade.organization.projects.slice(0, count);
    const { errors, data, upstream } = await facade.measure(
      entitiesQuery('Project', 'members(first: 1) { nodes { email } } roles(first: 1) { nodes { name } }'),
      references('Project', projects.map(idOf)),
    );

    expect(errors).toBeUndefined();
    expect(upstream).toMatchObject({ [PROJECT_MEMBERS]: count, [ROLES]: count });
    const shown = data._entities.map((one: { members: { nodes: { email: string }[] } }) => one.members.nodes[0]!.email);
    for (const [index, email] of shown.entries())
      expect(projects[index]!.members.map((one) => one.email)).toContain(email);
  },
);

test('people three levels deep are null with an error for a project token, and none is asked for', async () => {
  const { id, name, tokens } = facade.organization.projects[0]!;
  const token = tokens.find(({ status }) => status === 'Active')!.id;
  const document = `query ($id: ID!) { project(id: $id) { name searchProfiles { totalCount } members { nodes { email } }
    organization { id members { nodes { email } } } } }`;
  const { data, codes, upstream } = await facade.measure(document, { id }, { token });

  expect(data.project).toMatchObject({
    name,
    searchProfiles: expect.anything(),
    members: null,
    organization: { members: null },
  });
  expect(codes).toEqual(['CREDENTIAL_REQUIRED', 'CREDENTIAL_REQUIRED']);
  expect(upstream[PROJECT_MEMBERS] ?? upstream[ORGANIZATION_MEMBERS]).toBeUndefined();
});

test("a user's token reads the people of its project, named once as the target", async () => {
  const user = facade.emulator.seeded.oauth[0]!;
  const document =
    'query ($id: ID!) { project(id: $id) { members { nodes { email } } organization { members { nodes { email } } } } }';
  const request = { token: user.token, headers: { projectid: user.projectId } };
  const { data, errors } = await facade.measure(document, { id: user.projectId }, request);

  expect(errors).toBeUndefined();
  expect(data.project.members.nodes.length).toBeGreaterThan(0);
  expect(data.project.organization.members.nodes).toHaveLength(20);
});
