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
