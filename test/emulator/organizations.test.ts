import { expect, test } from 'vitest';
import { itemsOf, refusal, running, textOf } from './support/running.ts';

const PATH = '/v2/admin/organizations';
const NEW = { name: 'Zephyr Kites', administratorUserEmail: 'zoe@zephyr.example' };

/** Calls of the system administrator, who names no project. */
async function administering(options: Parameters<typeof running>[0] = {}) {
  const platform = await running(options);
  const { token } = platform.emulator.seeded.systemAdministrator;
  const admin = (method: string, rest = '', body?: unknown) =>
    platform.call(`${method} ${PATH}${rest}`, { token, ...(body !== undefined && { body }) });
  const names = async (query = '') =>
    itemsOf((await admin('GET', query)).body, 'organizations').map(({ organizationName }) => organizationName);
  return { ...platform, token, admin, names };
}

test('organizations come in pages with totals', async () => {
  const { admin, emulator, names } = await administering({ organizations: 5, projects: 1 });
  const all = emulator.seeded.organizations;

  expect((await admin('GET')).body).toEqual({
    count: 5,
    pages: 1,
    organizations: all.map(({ id, name }) => ({ organizationId: id, organizationName: name })),
  });
  expect((await admin('GET', '?startPage=2&pageSize=2')).body).toMatchObject({ count: 5, pages: 3 });
  expect(await names('?startPage=3&pageSize=2')).toEqual([all[4]!.name]);
  expect(await names('?startPage=4&pageSize=2')).toEqual([]);
  expect(await names('?orderKey=name')).toEqual(all.map(({ name }) => name).toReversed());
  expect(await names('?orderKey=name&orderDirection=asc')).toEqual(all.map(({ name }) => name));
});

test.each([
  ['contains', 'BANK', ['Borealis Bank']],
  ['startsWith', 'bo', ['Borealis Bank']],
  ['startsWith', 'bank', []],
  ['exact', 'Borealis Bank', ['Borealis Bank']],
  ['exact', 'Borealis', []],
] as const)('the filter by name: %s "%s"', async (organizationFilter, value, found) => {
  const { names } = await administering({ organizationFilter });

  expect(await names(`?filterKey=name&filterValue=${encodeURIComponent(value)}`)).toEqual(found);
});

test('half a filter is none', async () => {
  const { names } = await administering();

  expect(await names('?filterKey=name&filterValue=')).toHaveLength(2);
  expect(await names('?filterValue=Acme')).toHaveLength(2);
});

test('a new organization is listed, and works with a token of the console', async () => {
  const { admin, call, emulator, names } = await administering();

  const created = await admin('POST', '', NEW);
  const id = textOf(created.body, 'organizationId');
  const token = emulator.createOrganizationToken(id);
  const project = await call('POST /v1/organization/project', { token, body: { name: 'First' } });

  expect(created).toMatchObject({ status: 201, body: { organizationName: NEW.name } });
  expect(await names('?filterKey=name&filterValue=kite')).toEqual([NEW.name]);
  expect(project).toMatchObject({ status: 200, body: { projectName: 'First' } });
  expect(
    (await call(`GET /v2/accessControl/organizations/members?organizationId=${id}`, { token })).body,
  ).toMatchObject({
    members: [{ email: NEW.administratorUserEmail, roles: [{ name: 'Organization administrator' }] }],
  });
});

test('a deleted organization is gone, with its projects and every token', async () => {
  const { admin, call, names, borealis } = await administering();
  const [project] = borealis.projects;

  expect(await admin('DELETE', `/${borealis.id.toUpperCase()}`)).toMatchObject({
    status: 200,
    body: { status: 'deleted' },
  });

  expect(await names()).toEqual(['Acme Robotics']);
  for (const token of [borealis.token, project!.tokens[0]!.id]) {
    expect(await call('GET /v1/accessControl/apitoken/validate', { token })).toMatchObject(refusal(401, 6));
  }
  expect(await admin('DELETE', `/${borealis.id}`)).toMatchObject(refusal(404, 2004));
});

test('the variants that the reference leaves open can be chosen', async () => {
  const { admin, call, acme, borealis } = await administering({
    adminOrganizationTokens: true,
    createdStatus: 200,
    deletedOrganization: 'object',
  });

  expect(await admin('POST', '', NEW)).toMatchObject({ status: 200 });
  expect((await admin('DELETE', `/${borealis.id}`)).body).toEqual({});
  expect(await call(`GET ${PATH}`, { token: acme.token })).toMatchObject({ status: 200 });
});

test.each([`GET ${PATH}`, `POST ${PATH}`, `DELETE ${PATH}/nowhere`])(
  '%s is for system administrators',
  async (route) => {
    const { call, organizationToken, projectToken, user } = await administering();

    expect(await call(route, { token: organizationToken })).toMatchObject(refusal(403, 7));
    expect(await call(route, { token: projectToken })).toMatchObject(refusal(403, 7));
    expect(await call(route, { token: user.token })).toMatchObject(refusal(403, 403));
    expect(await call(route, { token: user.token, headers: { ProjectId: user.projectId } })).toMatchObject(
      refusal(403, 403),
    );
    expect(await call(route)).toMatchObject(refusal(401, 401));
  },
);

test.for<[string, string, object | undefined, number, number]>([
  ['no name', '', { administratorUserEmail: 'zoe@zephyr.example' }, 400, 2007],
  ['a name that is taken', '', { ...NEW, name: 'Acme Robotics' }, 400, 2003],
  ['a name that is no text', '', { ...NEW, name: 7 }, 400, 11],
  ['no administrator', '', { name: 'Zephyr Kites' }, 400, 9],
  ['an address that is none', '', { ...NEW, administratorUserEmail: 'zoe' }, 400, 11],
  ['an id that is none', '/nonsense', undefined, 400, 2001],
  ['an unknown id', '/5c2d8e90-1f4b-4a77-9e36-0d1b2c3d4e44', undefined, 404, 2004],
])('%s is refused', async ([, rest, body, status, id]) => {
  const { admin, names } = await administering();

  expect(await admin(rest === '' ? 'POST' : 'DELETE', rest, body)).toMatchObject(refusal(status, id));
  expect(await names()).toHaveLength(2);
});

test.for(['orderKey=id', 'filterKey=id', 'orderDirection=up'])('?%s is refused', async (query) => {
  const { admin } = await administering();

  expect(await admin('GET', `?${query}`)).toMatchObject(refusal(400, 11));
});
