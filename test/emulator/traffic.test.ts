import { expect, test } from 'vitest';
import { running } from './support/running.ts';

test('calls are counted by template and kind of credential, also when they fail or are faulted', async () => {
  const { call, emulator, organizationToken: token, projectToken, user, acme } = await running();
  emulator.setFaults([{ route: 'GET /v1/search/profiles', kind: 'status', status: 500 }]);

  for (const { id } of acme.projects.slice(0, 3)) await call(`GET /v1/organization/project/${id}?x=${id}`, { token });
  await call('GET /v1/organization/project/nonsense', { token: projectToken });
  await call('GET /v1/search/profiles', { token: user.token });
  await call('GET /v1/search/profiles', { token: 'unknown' });
  await call('GET /v1/search/profiles');
  await call('GET /v1/nothing/secret', { token });
  await call('PATCH /v1/search/profiles', { token });

  expect(emulator.calls()).toEqual([
    { route: 'GET /v1/organization/project/{id}', credential: 'organization', count: 3 },
    { route: 'GET /v1/organization/project/{id}', credential: 'project', count: 1 },
    { route: 'GET /v1/search/profiles', credential: 'oauth', count: 1 },
    { route: 'GET /v1/search/profiles', credential: 'refused', count: 1 },
    { route: 'GET /v1/search/profiles', credential: 'none', count: 1 },
    { route: 'GET *', credential: 'organization', count: 1 },
    { route: 'PATCH /v1/search/profiles', credential: 'organization', count: 1 },
  ]);
  emulator.resetCalls();
  expect(emulator.calls()).toEqual([]);
});

test('the highest number of open calls is kept until it is reset', async () => {
  const { call, emulator, organizationToken: token } = await running();
  emulator.answerTogether(true);
  const list = () => call('GET /v1/organization/projects', { token });

  await Promise.all([list(), list(), list(), list()]);
  expect(emulator.maxInFlight()).toBe(4);

  emulator.resetCalls();
  await list();
  await list();
  expect(emulator.maxInFlight()).toBe(1);
});

test('round trips are the calls of an organization that waited for each other, whatever was done beside', async () => {
  const { call, emulator, organizationToken, projectToken } = await running();
  emulator.answerTogether(true);
  const projects = () => call('GET /v1/organization/projects', { token: organizationToken });
  const assistants = () => call('GET /v1/organization/assistants', { token: projectToken });

  await Promise.all([projects(), assistants(), projects()]);
  expect(emulator.roundTrips()).toBe(1);
  await assistants();
  await Promise.all([projects(), assistants()]);
  expect(emulator.roundTrips()).toBe(3);

  emulator.resetCalls();
  expect(emulator.roundTrips()).toBe(0);
});

test('round trips of two organizations are added', async () => {
  const { call, emulator, organizationToken } = await running({ organizations: 2 });
  emulator.answerTogether(true);
  const [, other] = emulator.seeded.organizations;

  await Promise.all([organizationToken, other!.token].map((token) => call('GET /v1/organization/projects', { token })));

  expect(emulator.roundTrips()).toBe(2);
});
