import { expect, test } from 'vitest';
import { itemsOf, refusal, running, textOf } from './support/running.ts';

const VALIDATE = 'GET /v1/accessControl/apitoken/validate';

test('a token that was made and blocked in the console is seen through the API', async () => {
  const { emulator, call, organizationToken: token, project } = await running();

  const id = emulator.createToken(project.id, 'Console', 'By hand');
  expect(await call(VALIDATE, { token: id })).toMatchObject({ status: 200, body: { projectId: project.id } });
  emulator.setTokenStatus(id, 'Blocked');
  expect(await call(VALIDATE, { token: id })).toMatchObject(refusal(401, 6));

  const { body } = await call(`GET /v1/organization/project/${project.id}/tokens`, { token });
  const { timestamp, ...listed } = itemsOf(body, 'tokens').at(-1)!;
  expect(listed).toEqual({ id, name: 'Console', description: 'By hand', status: 'Blocked' });
  expect(emulator.tokens(project.id).at(-1)).toEqual({ ...listed, timestamp, isAccepted: false });
});

test('a project that was deleted in the console is gone, with its tokens', async () => {
  const { emulator, call, organizationToken: token, projectToken, project, acme } = await running();
  expect(emulator.projects(acme.id).map(({ id }) => id)).toEqual(acme.projects.map(({ id }) => id));

  emulator.deleteProject(project.id);

  expect(await call(`GET /v1/organization/project/${project.id}`, { token })).toMatchObject(refusal(404, 2005));
  expect(await call(VALIDATE, { token: projectToken })).toMatchObject(refusal(401, 6));
  expect(emulator.projects(acme.id).map(({ id }) => id)).not.toContain(project.id);
});

test('a project that was changed in the console is read with its new name and description', async () => {
  const { emulator, call, organizationToken: token, project } = await running();

  emulator.updateProject(project.id, 'Elsewhere', 'By somebody else');

  expect((await call('GET /v1/organization/projects?name=Elsewhere', { token })).body).toMatchObject({
    projects: [{ projectId: project.id, projectDescription: 'By somebody else' }],
  });
});

test('another process accepts invitations and sees who belongs', async () => {
  const { call, organizationToken: token, project } = await running({ control: true });
  const path = `/__control/projects/${project.id}`;
  const body = { userEmail: 'new@acme.example', roles: ['Project member'] };
  await call('POST /v2/accessControl/projects/members', { token, headers: { 'project-id': project.id }, body });

  expect((await call(`GET ${path}/invitations`)).body).toEqual({ invitations: ['new@acme.example'] });
  const accepted = await call(`POST ${path}/members`, { body: { email: 'new@acme.example' } });

  expect(itemsOf((await call(`GET ${path}/members`)).body, 'members')).toEqual([...project.members, accepted.body]);
  expect((await call(`POST ${path}/members`, { body: { email: 'new@acme.example' } })).status).toBe(400);
  expect((await call(`POST ${path}/members`, { body: {} })).status).toBe(400);
});

test('the truth includes projects and tokens that the API made', async () => {
  const { emulator, call, organizationToken: token, acme } = await running();

  const created = await call('POST /v1/organization/project', { token, body: { name: 'Billing' } });

  const id = textOf(created.body, 'projectId');
  expect(emulator.projects(acme.id).at(-1)).toEqual({ id, name: 'Billing', description: null, isHidden: false });
  expect(emulator.tokens(id)).toMatchObject([{ name: 'Default', isAccepted: true }]);
});

test('an object that is not there, or cannot be, is refused in plain words', async () => {
  const { emulator, project } = await running();
  const id = emulator.createToken(project.id, 'Console');
  emulator.setTokenStatus(id, 'Revoked');

  expect(() => emulator.setTokenStatus(id, 'Active')).toThrow('a revoked token stays revoked');
  expect(() => emulator.setTokenStatus('nothing', 'Active')).toThrow('there is no such token');
  expect(() => emulator.createToken('nothing', 'X')).toThrow('there is no project "nothing"');
  expect(() => emulator.tokens('nothing')).toThrow('there is no project "nothing"');
  expect(() => emulator.projects('nothing')).toThrow('there is no organization "nothing"');
});

test('another process reaches the console through the control endpoint', async () => {
  const { call, project } = await running({ control: true });
  const path = `/__control/projects/${project.id}`;

  const created = await call(`POST ${path}/tokens`, { body: { name: 'Console' } });
  const id = textOf(created.body, 'id');
  expect((await call(`PUT /__control/tokens/${id}`, { body: { status: 'Blocked' } })).status).toBe(200);
  const { body } = await call(`GET ${path}/tokens`);
  expect(itemsOf(body, 'tokens').at(-1)).toMatchObject({ id, name: 'Console', status: 'Blocked', isAccepted: false });

  expect((await call(`PUT /__control/tokens/${id}`, { body: { status: 'blocked' } })).status).toBe(400);
  expect((await call(`POST ${path}/tokens`, { body: {} })).status).toBe(400);
  expect((await call(`DELETE ${path}`)).status).toBe(200);
  expect((await call(`GET ${path}/tokens`)).status).toBe(400);
});
