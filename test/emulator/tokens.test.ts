import { expect, test } from 'vitest';
import { itemsOf, refusal, running, textOf } from './support/running.ts';

const TOKEN_ID = /^[a-z0-9]+_EMULATOR[A-Za-z0-9_-]{35}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/;

async function withNewToken(body: object = { name: 'CI', description: 'Pipeline' }) {
  const platform = await running();
  const created = await platform.call('POST /v2/projects/tokens', {
    token: platform.organizationToken,
    headers: { 'project-id': platform.project.id },
    body,
  });
  const id = textOf(created.body, 'id');
  const manage = (method: string, sent?: object) =>
    platform.call(`${method} /v2/projects/tokens/${id}`, {
      token: platform.organizationToken,
      ...(sent && { body: sent }),
    });
  const use = () => platform.call('GET /v1/accessControl/apitoken/validate', { token: id });
  return { ...platform, created, id, manage, use };
}

test('a new token has the sourced shape, belongs to the project of the header and works', async () => {
  const { created, use, acme, project } = await withNewToken();

  expect(created.status).toBe(200);
  expect(created.body).toEqual({
    id: expect.stringMatching(TOKEN_ID),
    name: 'CI',
    description: 'Pipeline',
    status: 'Active',
    scope: 'Pia.Data.Project',
    organization: acme.id,
    project: project.id,
    messages: [{ id: 0, description: 'Token created', type: 'Success' }],
    errors: [],
  });
  expect(await use()).toMatchObject({ status: 200, body: { projectId: project.id } });
});

test('the word in front of a token id comes from its name, whatever that is', async () => {
  const platform = await running();
  const idFor = async (name: string) => {
    const headers = { 'project-id': platform.project.id };
    const { body } = await platform.call('POST /v2/projects/tokens', {
      token: platform.organizationToken,
      headers,
      body: { name },
    });
    return textOf(body, 'id');
  };

  expect(await idFor('Mobile app')).toMatch(/^mobile_EMULATOR/);
  expect(await idFor('新しい')).toMatch(/^token_EMULATOR/);
  expect(await idFor('CI')).not.toBe(await idFor('CI'));
});

test('lists and look-ups show the token with its time, and without a description that it does not have', async () => {
  const { call, organizationToken: token, project, id, manage } = await withNewToken({ name: 'CI' });

  const list = await call(`GET /v1/organization/project/${project.id}/tokens`, { token });

  const item = { id, name: 'CI', status: 'Active', timestamp: expect.stringMatching(TIMESTAMP) };
  expect(itemsOf(list.body, 'tokens').at(-1)).toEqual(item);
  expect(await manage('GET')).toMatchObject({ status: 200, body: { ...item, scope: 'Pia.Data.Project' } });
  const seeded = itemsOf(list.body, 'tokens').slice(0, -1);
  expect(seeded.map(({ id, name, status }) => ({ id, name, status }))).toEqual(project.tokens);
});

test('a blocked token is refused until it is active again, and a revoked one for good', async () => {
  const { manage, use } = await withNewToken();

  expect(await manage('PUT', { status: 'blocked' })).toMatchObject({
    status: 200,
    body: [{ description: 'Token updated', type: 'Success' }],
  });
  expect(await use()).toMatchObject(refusal(401, 6));
  expect((await manage('GET')).body).toMatchObject({ status: 'Blocked' });

  expect(await manage('PUT', { status: 'ACTIVE' })).toMatchObject({ status: 200 });
  expect(await use()).toMatchObject({ status: 200 });

  expect(await manage('DELETE')).toMatchObject({ status: 200, body: {} });
  expect(await use()).toMatchObject(refusal(401, 6));
  expect(await manage('PUT', { status: 'active' })).toMatchObject(refusal(400, 2032));
  expect(await manage('PUT', { description: 'x' })).toMatchObject(refusal(400, 2032));
  expect((await manage('GET')).body).toMatchObject({ status: 'Revoked' });
  expect(await manage('DELETE')).toMatchObject({ status: 200 });
});

test('an update changes what it names and nothing when it fails', async () => {
  const { manage } = await withNewToken();

  await manage('PUT', { description: 'Nightly' });
  expect((await manage('GET')).body).toMatchObject({ description: 'Nightly', status: 'Active', name: 'CI' });

  expect(await manage('PUT', { description: 'Lost', status: 'revoked' })).toMatchObject(refusal(400, 2032));
  expect((await manage('GET')).body).toMatchObject({ description: 'Nightly', status: 'Active' });

  expect(await manage('PUT', { Status: 'Blocked' })).toMatchObject({ status: 200 });
  expect((await manage('GET')).body).toMatchObject({ description: 'Nightly', status: 'Blocked' });
});

test('creation needs a name and a project in reach', async () => {
  const { call, organizationToken: token, project, borealis } = await running();
  const create = (target: string | undefined, body: unknown) =>
    call('POST /v2/projects/tokens', { token, body, headers: target === undefined ? {} : { 'project-id': target } });

  expect(await create(project.id, { name: '' })).toMatchObject(refusal(400, 2007));
  expect(await create(project.id, {})).toMatchObject(refusal(400, 2007));
  expect(await create(project.id, { name: 'X', description: [] })).toMatchObject(refusal(400, 11));
  expect(await create(undefined, { name: 'X' })).toMatchObject(refusal(400, 9));
  expect(await create('nonsense', { name: 'X' })).toMatchObject(refusal(404, 2005));
  expect(await create(borealis.projects[0]!.id, { name: 'X' })).toMatchObject(refusal(404, 2005));
});

test('an unknown token and one of another organization look the same', async () => {
  const { call, organizationToken: token, borealis } = await running();
  const ids = ['ci_EMULATORnever', borealis.projects[0]!.tokens[0]!.id, token, 'a%2Fb'];

  for (const id of ids) {
    expect(await call(`GET /v2/projects/tokens/${id}`, { token })).toMatchObject(refusal(404, 5));
    expect(await call(`PUT /v2/projects/tokens/${id}`, { token, body: {} })).toMatchObject(refusal(404, 5));
    expect(await call(`DELETE /v2/projects/tokens/${id}`, { token })).toMatchObject(refusal(404, 5));
  }
});
