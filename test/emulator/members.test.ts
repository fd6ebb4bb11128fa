import { expect, onTestFinished, test, vi } from 'vitest';
import { itemsOf, refusal, running } from './support/running.ts';

const MEMBERS = '/v2/accessControl/projects/members';
const ROLES = 'GET /v2/accessControl/projects/roles';
const POLICIES = 'GET /v2/accessControl/organization/plugin-runtime-policies';
const NOWHERE = '5c2d8e90-1f4b-4a77-9e36-0d1b2c3d4e44';

/** Access control of the first project. */
async function managing(options: Parameters<typeof running>[0] = {}) {
  const platform = await running(options);
  const { call, organizationToken: token, project } = platform;
  const headers = { 'project-id': project.id };
  const emails = async (query: string) =>
    itemsOf((await call(`GET ${MEMBERS}?${query}`, { token, headers })).body, 'members').map(({ email }) => email);
  const invite = (body: unknown) => call(`POST ${MEMBERS}`, { token, headers, body });
  const remove = (id: string, target = project.id) =>
    call(`DELETE /v2/accessControl/projects/${encodeURIComponent(target)}/members/${id}`, { token });
  return { ...platform, token, headers, emails, invite, remove };
}

test('the members of a project come in pages without totals or user ids', async () => {
  const { call, token, headers, emails, project, user } = await managing();

  const { body } = await call(`GET ${MEMBERS}`, { token, headers });
  const [first] = itemsOf(body, 'members');
  const pages = [await emails('startPage=1'), await emails('startPage=2'), await emails('startPage=3')];

  expect(Object.keys(Object(body))).toEqual(['members']);
  expect(first).toEqual({ email: user.email, roles: [expect.objectContaining({ name: 'Project administrator' })] });
  expect(pages.map(({ length }) => length)).toEqual([20, 6, 0]);
  expect(pages.flat()).toEqual(project.members.map(({ email }) => email));
});

test('with totals, members and roles tell count and pages', async () => {
  const { call, token, headers } = await managing({ memberTotals: true });

  expect((await call(`GET ${MEMBERS}`, { token, headers })).body).toMatchObject({ count: 26, pages: 2 });
  expect((await call(ROLES, { token, headers })).body).toMatchObject({ count: 4, pages: 1 });
});

test('lists are ordered by their key, downwards unless asked', async () => {
  const { call, token, headers, acme } = await managing();
  const names = async (query: string) =>
    itemsOf((await call(`${ROLES}?${query}`, { token, headers })).body, 'roles').map(({ name }) => name);
  const members = `GET /v2/accessControl/organizations/members?organizationId=${acme.id}&pageSize=100`;
  const emails = async (query: string) =>
    itemsOf((await call(`${members}&${query}`, { token })).body, 'members').map(({ email }) => String(email));

  expect(await names('orderKey=name')).toEqual([
    'Station user',
    'Project member',
    'Project administrator',
    'Pilot tester',
  ]);
  expect(await names('orderKey=name&orderDirection=asc&pageSize=2')).toEqual(['Pilot tester', 'Project administrator']);
  expect(await emails('orderKey=email&orderDirection=ASC')).toEqual(acme.members.map(({ email }) => email).sort());
});

test.each([
  ['backend', ['backend']],
  ['FrontEnd', ['frontend']],
  ['backend, frontend', ['backend', 'frontend']],
])('roleTypes=%s shows those roles and who has them', async (roleTypes, types) => {
  const { call, token, headers } = await managing();
  const query = `roleTypes=${encodeURIComponent(roleTypes)}&pageSize=100`;
  const members = itemsOf((await call(`GET ${MEMBERS}?${query}`, { token, headers })).body, 'members');
  const roles = members.flatMap((member) => itemsOf(member, 'roles'));

  expect(members.every((member) => itemsOf(member, 'roles').length > 0)).toBe(true);
  expect([...new Set(roles.map(({ type }) => type))].sort()).toEqual(types);
});

test('an organization has 45 members, all with roles of the back end', async () => {
  const { call, token, acme } = await managing();
  const list = async (query: string) =>
    itemsOf((await call(`GET /v2/accessControl/organizations/members?${query}`, { token })).body, 'members');

  expect(await list(`organizationId=${acme.id}&pageSize=100`)).toHaveLength(45);
  expect(await list(`organizationId=${acme.id}&roleTypes=frontend`)).toEqual([]);
  expect(acme.members.every(({ email }) => email.endsWith('.example'))).toBe(true);
});

test('an invitation makes a member only when it is accepted', async () => {
  const { emulator, emails, invite, project } = await managing();

  const invited = await invite({ userEmail: 'New@Acme.example', roles: ['Project member'] });
  expect(invited).toMatchObject({ status: 201, body: {} });
  expect(await emails('pageSize=100')).not.toContain('new@acme.example');
  expect(emulator.invitations(project.id)).toEqual(['new@acme.example']);

  const member = emulator.acceptInvitation(project.id, 'new@acme.example');
  expect(await emails('pageSize=100')).toContain('new@acme.example');
  expect(member).toMatchObject({ email: 'new@acme.example', roles: ['Project member'] });
  expect(emulator.invitations(project.id)).toEqual([]);
  expect(await invite({ userEmail: 'new@acme.example', roles: ['Project member'] })).toMatchObject(refusal(400, 409));
});

test('an invitation dies after 72 hours', async () => {
  const { emulator, invite, project } = await managing();
  await invite({ userEmail: 'new@acme.example', roles: ['Project member'] });

  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 72 * 3_600_000);
  onTestFinished(() => void vi.restoreAllMocks());

  expect(emulator.invitations(project.id)).toEqual([]);
  expect(() => emulator.acceptInvitation(project.id, 'new@acme.example')).toThrow('has no invitation');
});

test('a role may be named by its id, in any casing', async () => {
  const { emulator, invite, project } = await managing();

  await invite({ userEmail: 'new@acme.example', roles: ['6D5C4B3A-2918-4706-95F4-E3D2C1B0A9AA'] });

  expect(emulator.acceptInvitation(project.id, 'new@acme.example').roles).toEqual(['Project administrator']);
});

test.for<[string, object, number]>([
  ['no address', { roles: ['Project member'] }, 9],
  ['an address that is none', { userEmail: 'ana', roles: ['Project member'] }, 11],
  ['no roles', { userEmail: 'new@acme.example' }, 9],
  ['an empty list of roles', { userEmail: 'new@acme.example', roles: [] }, 9],
  ['a role that is not there', { userEmail: 'new@acme.example', roles: ['Owner'] }, 11],
  ['roles that are no list', { userEmail: 'new@acme.example', roles: 'Project member' }, 11],
])('an invitation with %s is refused', async ([, body, id]) => {
  const { emulator, invite, project } = await managing();

  expect(await invite(body)).toMatchObject(refusal(400, id));
  expect(emulator.invitations(project.id)).toEqual([]);
});

test('a member is removed by user id, from a project that is named by id or name', async () => {
  const { call, emails, remove, project, user } = await managing();
  const [first, second] = project.members;
  const asUser = () => call('GET /v1/search/profiles', { token: user.token, headers: { ProjectId: project.id } });
  expect(await asUser()).toMatchObject({ status: 200 });

  expect(await remove(first!.id.toUpperCase())).toMatchObject({ status: 200, body: {} });
  expect(await remove(second!.id, project.name)).toMatchObject({ status: 200 });

  expect(await emails('pageSize=100')).toEqual(project.members.slice(2).map(({ email }) => email));
  expect(await asUser()).toMatchObject(refusal(403, 7));
});

test('nobody is removed who does not belong, or from a project that is not there', async () => {
  const { remove, project, acme, borealis } = await managing();
  const [member] = project.members;
  const outsider = acme.members.find(({ id }) => !project.members.some((each) => each.id === id))!;

  for (const id of [outsider.id, NOWHERE, member!.email]) expect(await remove(id)).toMatchObject(refusal(404, 404));
  for (const target of [NOWHERE, 'No such project', borealis.projects[0]!.id]) {
    expect(await remove(member!.id, target)).toMatchObject(refusal(404, 2005));
  }
});

test('plugin policies are told, or a message that there are none', async () => {
  const { call, token, acme, borealis } = await managing();
  const policies = (id: string, bearer: string) =>
    call(POLICIES, { token: bearer, headers: { 'organization-id': id } });

  expect((await policies(acme.id, token)).body).toEqual({
    policies: { chatSharingPermissions: 'organization', externalExecutionPermissions: 'none' },
  });
  expect(await policies(borealis.id, borealis.token)).toMatchObject({
    status: 200,
    body: { messages: { description: expect.any(String) } },
  });
  expect(await policies(borealis.id, token)).toMatchObject(refusal(400, 2006));
});

test.for([
  [`GET ${MEMBERS}`, 9],
  [ROLES, 9],
  [`POST ${MEMBERS}`, 9],
  [POLICIES, 2006],
  ['GET /v2/accessControl/organizations/members', 9],
  ['GET /v2/accessControl/organizations/members?organizationId=', 9],
  [`GET /v2/accessControl/organizations/members?organizationId=${NOWHERE}`, 2006],
] as const)('%s needs its target', async ([route, id]) => {
  const { call, token } = await managing();

  expect(await call(route, { token })).toMatchObject(refusal(400, id));
});

test.for([
  ['orderKey=email', 11],
  ['orderKey=constructor', 11],
  ['orderDirection=up', 11],
  ['roleTypes=owner', 11],
  ['pageSize=-1', 8],
  ['startPage=x', 8],
] as const)('?%s is refused', async ([query, id]) => {
  const { call, token, headers } = await managing();

  expect(await call(`GET ${MEMBERS}?${query}`, { token, headers })).toMatchObject(refusal(400, id));
});
