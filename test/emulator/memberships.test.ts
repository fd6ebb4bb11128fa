import { expect, test } from 'vitest';
import { itemsOf, refusal, running } from './support/running.ts';

const OF_ORGANIZATIONS = 'GET /v2/accessControl/memberships';
const OF_PROJECTS = 'GET /v2/accessControl/projects/memberships';

test.each([
  ['current', 'organizations', 'projects', { isStationAvailable: true }],
  ['older', 'organizationsMemberships', 'projectsMemberships', {}],
] as const)('memberships in the %s shape', async (membershipShape, organizations, projects, more) => {
  const { call, organizationToken: token, acme, user } = await running({ membershipShape });
  const headers = { 'organization-id': acme.id };
  const accessible = acme.projects.filter(({ isHidden }) => !isHidden).slice(0, 3);

  const all = await call(`${OF_ORGANIZATIONS}?email=${user.email.toUpperCase()}`, { token });
  const within = await call(`${OF_PROJECTS}?userEmail=${user.email}`, { token, headers });

  expect(all.body).toEqual({
    count: 1,
    pages: 1,
    [organizations]: [
      { ...more, organizationId: acme.id, organizationName: acme.name, [projects]: itemsOf(within.body, projects) },
    ],
  });
  expect(within.body).toMatchObject({ count: 3, pages: 1 });
  expect(itemsOf(within.body, projects).map(({ projectId }) => projectId)).toEqual(accessible.map(({ id }) => id));
  expect(itemsOf(within.body, projects)[0]).toMatchObject({
    organizationId: acme.id,
    projectName: accessible[0]!.name,
    roles: [{ name: 'Project administrator', type: 'backend' }],
  });
});

test('memberships come in pages, and one beyond the end is empty', async () => {
  const { call, organizationToken: token, acme, user } = await running();
  const page = (number: number) =>
    call(`${OF_PROJECTS}?userEmail=${user.email}&startPage=${number}&pageSize=2`, {
      token,
      headers: { 'organization-id': acme.id },
    });

  const sizes = [];
  for (const number of [1, 2, 3]) sizes.push(itemsOf((await page(number)).body, 'projects').length);

  expect(sizes).toEqual([2, 1, 0]);
  expect((await page(1)).body).toMatchObject({ count: 3, pages: 2 });
});

test('in the newer revision memberships are for system administrators, who see every organization', async () => {
  const { call, emulator, organizationToken, user, borealis } = await running({ membershipCallers: 'newer' });
  const { systemAdministrator, oauth } = emulator.seeded;
  const asked = (token: string, email = user.email) => call(`${OF_ORGANIZATIONS}?email=${email}`, { token });

  expect(await asked(organizationToken)).toMatchObject(refusal(403, 7));
  expect(await asked(user.token)).toMatchObject(refusal(403, 403));
  expect((await asked(systemAdministrator.token)).body).toMatchObject({ count: 1 });
  expect((await asked(systemAdministrator.token, oauth[1]!.email)).body).toMatchObject({
    organizations: [{ organizationId: borealis.id }],
  });
});

test('project tokens may be let in to access control', async () => {
  const { call, projectToken: token, project } = await running({ accessControlProjectTokens: true });
  const headers = { 'project-id': project.id };

  expect(await call('GET /v2/accessControl/projects/roles', { token, headers })).toMatchObject({ status: 200 });
});

test('memberships are filtered by role type and ordered by name', async () => {
  const { call, organizationToken: token, acme, user } = await running();
  const headers = { 'organization-id': acme.id };
  const projects = async (query: string) => {
    const { body } = await call(`${OF_PROJECTS}?userEmail=${user.email}&${query}`, { token, headers });
    return itemsOf(body, 'projects').map(({ projectName }) => String(projectName));
  };
  const names = await projects('');

  for (const key of ['projectName', 'name']) {
    expect(await projects(`orderKey=${key}`)).toEqual(names.toSorted().toReversed());
    expect(await projects(`orderKey=${key}&orderDirection=asc`)).toEqual(names.toSorted());
  }
  expect(await projects('roleTypes=frontend')).toEqual([]);
});

test('nobody is found beyond the organization, and a call that does not say who or where is refused', async () => {
  const { call, organizationToken: token, emulator, borealis, user } = await running();
  const stranger = emulator.seeded.oauth[1]!.email;

  expect((await call(`${OF_ORGANIZATIONS}?email=${stranger}`, { token })).body).toMatchObject({ count: 0 });
  expect((await call(`${OF_ORGANIZATIONS}?email=${user.email}&organizationName=Other`, { token })).body).toMatchObject({
    organizations: [],
  });
  expect(await call(OF_ORGANIZATIONS, { token })).toMatchObject(refusal(400, 9));
  expect(await call(`${OF_PROJECTS}?userEmail=${user.email}`, { token })).toMatchObject(refusal(400, 2006));
  const headers = { 'organization-id': borealis.id };
  expect(await call(`${OF_PROJECTS}?userEmail=${user.email}`, { token, headers })).toMatchObject(refusal(400, 2006));
});
