import { expect, test } from 'vitest';
import { routes } from '../support/facade.ts';
import { administering, LIST } from './administering.ts';

const PAGE = 'nodes { id name } totalCount unreadableCount pageInfo { hasNextPage endCursor }';
const NIL = '00000000-0000-0000-0000-000000000000';

test('organizations come by name, a page for one call', async () => {
  const { ask, emulator } = await administering({ emulator: { organizations: 5, projects: 2 } });
  const all = emulator.seeded.organizations
    .map(({ id, name }) => ({ id, name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

  const one = await ask(`{ organizations(first: 3) { ${PAGE} } }`);
  const { endCursor } = one.data.organizations.pageInfo;
  const two = await ask(`{ organizations(first: 3, after: "${endCursor}") { ${PAGE} } }`);

  expect(one.data.organizations).toMatchObject({ nodes: all.slice(0, 3), totalCount: 5, unreadableCount: 0 });
  expect(one.upstream).toEqual({ [LIST]: 1 });
  expect(two.data.organizations).toMatchObject({ nodes: all.slice(3), pageInfo: { hasNextPage: false } });
});

test.each([
  ['contains', 'bank', ['Borealis Bank']],
  ['startsWith', 'bank', []],
  ['exact', 'Borealis Bank', ['Borealis Bank']],
  ['exact', '', ['Acme Robotics', 'Borealis Bank']],
] as const)('a search that %s: %j', async (organizationFilter, search, found) => {
  const { ask } = await administering({ emulator: { projects: 1, organizationFilter } });

  const { data } = await ask(`{ organizations(search: "${search}") { nodes { name } totalCount } }`);

  expect(data.organizations).toEqual({ nodes: found.map((name) => ({ name })), totalCount: found.length });
});

test('a search is passed on as it is, and text that is none is refused', async () => {
  const { ask, mutate, emulator, administrator } = await administering({
    emulator: { projects: 1, organizationFilter: 'exact' },
  });
  const search = 'A&filterKey=id +é%20/?#';
  await mutate('createOrganization', { name: search, administratorUserEmail: 'a@b.example' }, 'recovered');
  const find = (text: string) =>
    ask('query ($search: String) { organizations(search: $search) { nodes { name } } }', {
      ...administrator,
      variables: { search: text },
    });

  expect((await find(search)).data.organizations).toEqual({ nodes: [{ name: search }] });

  emulator.resetCalls();
  expect(await find('\ud800')).toMatchObject({
    data: { organizations: null },
    codes: ['BAD_USER_INPUT'],
    upstream: {},
  });
});

test('fields below an organization take a credential of it, and fail alone', async () => {
  const { ask, emulator, administrator } = await administering();
  const [acme, borealis] = emulator.seeded.organizations;
  const document = '{ organizations { nodes { name projects { totalCount } } } }';

  const alone = await ask(document);
  expect(alone.codes).toEqual(['CREDENTIAL_REQUIRED']);
  expect(alone.data.organizations.nodes).toEqual([
    { name: acme!.name, projects: { totalCount: 3 } },
    { name: borealis!.name, projects: null },
  ]);

  emulator.resetCalls();
  const both = await ask(document, { ...administrator, tokens: [borealis!.token] });
  expect(both.codes).toEqual([]);
  expect(both.upstream).toEqual({ [routes.validate]: 1, [LIST]: 1, [routes.listProjects]: 2 });
});

test('fields that are asked for twice cost one call', async () => {
  const { ask } = await administering();

  const { upstream } = await ask(
    '{ one: organizations { totalCount } two: organizations(first: 1) { nodes { name } } three: organizations(search: "Acme") { totalCount } }',
  );

  expect(upstream).toEqual({ [LIST]: 2 });
});

test('users who are no administrators are refused', async () => {
  const { ask, emulator } = await administering();
  const { token, projectId } = emulator.seeded.oauth[0]!;

  const { data, codes, upstream } = await ask('{ organizations { totalCount } }', {
    token,
    headers: { ProjectId: projectId },
  });

  expect(data).toEqual({ organizations: null });
  expect(codes).toEqual(['FORBIDDEN']);
  expect(upstream).toEqual({ [routes.validate]: 1, [LIST]: 1 });
});

test.each([false, true])('a token of an organization is tried: %s', async (adminOrganizationTokens) => {
  const { ask, emulator } = await administering({ emulator: { projects: 2, adminOrganizationTokens } });
  const { token } = emulator.seeded.organizations[1]!;

  const { data, codes, upstream } = await ask('{ organizations { totalCount } }', { token });

  expect(data.organizations).toEqual(adminOrganizationTokens ? { totalCount: 2 } : null);
  expect(codes).toEqual(adminOrganizationTokens ? [] : ['FORBIDDEN']);
  expect(upstream).toEqual({ [routes.validate]: 1, [LIST]: 1 });
});

test('a user who is refused does not keep an organization token from being tried', async () => {
  const { ask, emulator } = await administering({ emulator: { projects: 2, adminOrganizationTokens: true } });
  const { token, projectId } = emulator.seeded.oauth[0]!;
  const tokens = [emulator.seeded.organizations[0]!.token];

  const { data } = await ask('{ organizations { totalCount } }', { token, tokens, headers: { ProjectId: projectId } });

  expect(data.organizations).toEqual({ totalCount: 2 });
});

test('a token of a project is not tried', async () => {
  const { ask, emulator } = await administering();
  const token = emulator.seeded.organizations[0]!.projects[0]!.tokens.find(({ status }) => status === 'Active')!.id;

  const { codes, errors, upstream } = await ask('{ organizations { totalCount } }', { token });

  expect(codes).toEqual(['CREDENTIAL_REQUIRED']);
  expect(errors![0]!.message).toContain('system administrator');
  expect(upstream).toEqual({ [routes.validate]: 1 });
});

test.each([
  ['refuses to identify', { validateUsers: '401:6' as const }, null],
  ['works in no project', {}, NIL],
])('an administrator whom the platform %s is let in all the same', async (_what, more, project) => {
  const { ask, administrator } = await administering({ emulator: { projects: 2, ...more } });

  const { data, codes } = await ask(
    '{ organizations { totalCount } }',
    project === null ? administrator : { ...administrator, headers: { ProjectId: project } },
  );

  expect(codes).toEqual([]);
  expect(data.organizations).toEqual({ totalCount: 2 });
});

test('a list for an administrator is not shared with a caller who asks at once', async () => {
  const { ask, emulator } = await administering({ env: { CACHE: 'memory' } });
  const { token, projectId } = emulator.seeded.oauth[0]!;

  const [own, other] = await Promise.all([
    ask('{ organizations { totalCount } }'),
    ask('{ organizations { totalCount } }', { token, headers: { ProjectId: projectId } }),
  ]);

  expect([own.data.organizations, other.data.organizations]).toEqual([{ totalCount: 2 }, null]);
});

test('an organization that cannot be read is left out and counted', async () => {
  const { ask, emulator } = await administering();
  const { id } = emulator.seeded.organizations[0]!;
  const organizations = [{ organizationId: id }, {}, { organizationId: 'x', organizationName: 'X' }, 7];
  emulator.setFaults([{ route: LIST, kind: 'answer', body: { organizations, count: 4, pages: 1 } }]);

  const { data, codes } = await ask(`{ organizations { ${PAGE} } }`);

  expect(codes).toEqual([]);
  expect(data.organizations).toMatchObject({ nodes: [{ id, name: null }], totalCount: 4, unreadableCount: 3 });
});

test.each([
  [{ status: 500 }, 'UPSTREAM_UNAVAILABLE'],
  [{ status: 404 }, 'UPSTREAM_BAD_RESPONSE'],
  [{ status: 401, id: 6 }, 'UNAUTHENTICATED'],
])('a platform that answers %j leaves the siblings', async (fault, code) => {
  const { ask, emulator } = await administering();
  emulator.setFaults([{ route: LIST, kind: 'status', ...fault }]);

  const { data, codes } = await ask('{ organizations { totalCount } viewer { scopes } }');

  expect(data).toEqual({ organizations: null, viewer: { scopes: ['ORGANIZATION', 'PROJECT'] } });
  expect(codes).toEqual([code]);
});

test('an administrator whom the platform fails is not replaced by another token', async () => {
  const { ask, emulator, administrator } = await administering();
  emulator.setFaults([{ route: LIST, kind: 'status', status: 500 }]);
  const tokens = emulator.seeded.organizations.map(({ token }) => token);
  const { codes, upstream } = await ask('{ organizations { totalCount } }', { ...administrator, tokens });

  expect(codes).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(upstream[LIST]).toBe(1);
});
