import { expect, test } from 'vitest';
import { itemsOf, refusal, running } from './support/running.ts';

const VALIDATE = 'GET /v1/accessControl/apitoken/validate';

test('in the strict-documentation mode every refusal is 400, except for a missing or unknown credential', async () => {
  const { call, organizationToken: token, projectToken, project } = await running({ strict400: true });

  expect(await call('GET /v1/organization/project/nonsense', { token })).toMatchObject(refusal(400, 2005));
  expect(await call('POST /v1/organization/project', { token, body: {} })).toMatchObject(refusal(400, 2007));
  expect(await call('GET /v2/projects/tokens/nonsense', { token })).toMatchObject(refusal(400, 5));
  expect(await call('GET /v1/organization/assistants', { token })).toMatchObject(refusal(400, 7));
  expect(await call('GET /v1/assistant/nonsense', { token: projectToken })).toMatchObject(refusal(400, 1));
  expect(await call('GET /v1/nothing', { token })).toMatchObject(refusal(400, 404));
  expect(await call('POST /v1/organization/projects', { token })).toMatchObject(refusal(400, 405));
  expect(await call(VALIDATE)).toMatchObject(refusal(401, 401));
  expect(await call(VALIDATE, { token: 'unknown' })).toMatchObject(refusal(401, 6));
  expect(await call(`GET /v1/organization/project/${project.id}`, { token })).toMatchObject({ status: 200 });
});

test('masked lists show word and last four, while creation still shows the secret', async () => {
  const { call, organizationToken: token, project } = await running({ maskTokenIds: true });

  const list = await call(`GET /v1/organization/project/${project.id}/tokens`, { token });
  const created = await call('POST /v1/organization/project', { token, body: { name: 'New' } });

  const masked = project.tokens.map(({ id }) => `${id.split('_')[0]}_*******${id.slice(-4)}`);
  expect(itemsOf(list.body, 'tokens').map(({ id }) => id)).toEqual(masked);
  expect(itemsOf(created.body, 'tokens')[0]?.id).toMatch(/^default_EMULATOR/);
});

test('revoked tokens may disappear from lists', async () => {
  const { call, organizationToken: token, acme } = await running({ hideRevokedTokens: true });
  const project = acme.projects.find(({ tokens }) => tokens.some(({ status }) => status === 'Revoked'))!;

  const { body } = await call(`GET /v1/organization/project/${project.id}/tokens`, { token });

  expect(itemsOf(body, 'tokens').map(({ id }) => id)).toEqual(
    project.tokens.filter(({ status }) => status !== 'Revoked').map(({ id }) => id),
  );
});

test('null members may be sent instead of left out', async () => {
  const { call, organizationToken: token, project } = await running({ nullMembers: true });

  const updated = await call(`PUT /v1/organization/project/${project.id}`, {
    token,
    body: { name: 'X', description: null },
  });
  const list = await call('GET /v1/organization/projects', { token });

  expect(updated.body).toHaveProperty('projectDescription', null);
  expect(itemsOf(list.body, 'projects')[0]).toHaveProperty('projectDescription', null);
});

test.for([
  ['empty', ''],
  ['nil', '00000000-0000-0000-0000-000000000000'],
] as const)(
  'validate may show the project of an organization token as %s',
  async ([organizationTokenProject, projectId]) => {
    const { call, organizationToken: token } = await running({ organizationTokenProject });

    expect((await call(VALIDATE, { token })).body).toMatchObject({ projectId, projectName: '' });
  },
);

test('validate may leave names out', async () => {
  const { call, projectToken: token, acme, project } = await running({ validateNames: false });

  expect((await call(VALIDATE, { token })).body).toEqual({ organizationId: acme.id, projectId: project.id });
});

test.for([
  { projects: 10_001 },
  { projects: 0 },
  { organizations: 21 },
  { seed: -1 },
  { latencyMs: 0.5 },
  { port: 70_000 },
])('options out of range are refused: %o', async (options) => {
  await expect(running(options)).rejects.toThrow(/must be a whole number from/);
});
