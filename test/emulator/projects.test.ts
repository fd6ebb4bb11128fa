import { expect, test } from 'vitest';
import { itemsOf, refusal, running, textOf } from './support/running.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('the summary list leaves hidden projects out, the full list shows them', async () => {
  const { call, organizationToken, acme } = await running();

  const summary = await call('GET /v1/organization/projects', { token: organizationToken });
  const full = await call('GET /v1/organization/projects?detail=full', { token: organizationToken });

  const visible = acme.projects.filter(({ isHidden }) => !isHidden).map(({ id }) => id);
  expect(itemsOf(summary.body, 'projects').map(({ projectId }) => projectId)).toEqual(visible);
  expect(itemsOf(full.body, 'projects').map(({ projectId }) => projectId)).toEqual(acme.projects.map(({ id }) => id));
  expect(visible.length).toBeLessThan(acme.projects.length);
  expect(itemsOf(full.body, 'projects').find(({ projectActive }) => projectActive === false)).toMatchObject({
    projectStatus: 2,
  });
});

test('a project row has the sourced members and nothing else', async () => {
  const { call, organizationToken, project } = await running();

  const { body } = await call('GET /v1/organization/projects', { token: organizationToken });

  expect(itemsOf(body, 'projects')[0]).toEqual({
    projectActive: true,
    projectDescription: project.description,
    projectId: expect.stringMatching(UUID),
    projectName: 'Customer Support',
    projectStatus: 0,
  });
});

test('the name filter is exact, and an empty one is no filter', async () => {
  const { call, organizationToken, acme } = await running();
  const named = async (query: string) => {
    const { body } = await call(`GET /v1/organization/projects?detail=full&${query}`, { token: organizationToken });
    return itemsOf(body, 'projects').map(({ projectName }) => projectName);
  };

  expect(await named('name=Travel%20%26%20Expenses')).toEqual(['Travel & Expenses']);
  expect(await named('name=Travel')).toEqual([]);
  expect(await named('NAME=Atenci%C3%B3n+al+Cliente')).toEqual(['Atención al Cliente']);
  expect(await named('name=')).toHaveLength(acme.projects.length);
});

test.each([
  ['exact', []],
  ['anyCase', ['Travel & Expenses']],
] as const)('the filter of projects compares names as %s says', async (projectNameFilter, found) => {
  const { call, organizationToken: token } = await running({ projectNameFilter });
  const { body } = await call('GET /v1/organization/projects?detail=full&name=TRAVEL%20%26%20expenses', { token });

  expect(itemsOf(body, 'projects').map(({ projectName }) => projectName)).toEqual(found);
});

test('a project by id names its organization and its RAG assistants', async () => {
  const { call, organizationToken, projectToken, acme, project } = await running();

  const answer = await call(`GET /v1/organization/project/${project.id}`, { token: organizationToken });

  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ organizationId: acme.id, organizationName: acme.name, projectId: project.id });
  expect(itemsOf(answer.body, 'searchProfiles')[0]).toEqual({ name: 'Default', description: 'Default profile' });
  expect(answer.body).not.toHaveProperty('tokens');
  expect(await call(`GET /v1/organization/project/${project.id}`, { token: projectToken })).toMatchObject({
    body: answer.body,
  });
});

test('creating a project answers its default token, which works at once', async () => {
  const { call, organizationToken } = await running();
  const usageLimit = {
    subscriptionType: 'Monthly',
    usageUnit: 'Cost',
    softLimit: 80,
    hardLimit: 100,
    renewalStatus: 'Renewable',
  };
  const body = { name: 'Caffè ☕ 新', administratorUserEmail: 'ana@acme.example', description: null, usageLimit };

  const created = await call('POST /v1/organization/project', { token: organizationToken, body });

  expect(created).toMatchObject({
    status: 200,
    body: { projectName: 'Caffè ☕ 新', projectActive: true, projectStatus: 0 },
  });
  expect(created.body).toMatchObject({ usageLimit: { ...usageLimit, status: 1, usedAmount: 0, remainingUsage: 100 } });
  expect(created.body).not.toHaveProperty('projectDescription');
  const [token] = itemsOf(created.body, 'tokens');
  expect(token).toMatchObject({ name: 'Default', status: 'Active', description: 'Default token' });
  const validated = await call('GET /v1/accessControl/apitoken/validate', { token: String(token?.id) });
  expect(validated.body).toMatchObject({ projectId: textOf(created.body, 'projectId') });
});

test('writes show up in lists that were read before', async () => {
  const { call, organizationToken: token } = await running();
  const names = async () => {
    const { body } = await call('GET /v1/organization/projects?detail=full', { token });
    return itemsOf(body, 'projects').map(({ projectName }) => projectName);
  };
  const before = await names();

  const { body } = await call('POST /v1/organization/project', { token, body: { Name: 'Billing' } });
  const path = `/v1/organization/project/${textOf(body, 'projectId')}`;
  expect(await names()).toEqual([...before, 'Billing']);
  await call(`PUT ${path}`, { token, body: { name: 'Invoicing' } });
  expect(await names()).toEqual([...before, 'Invoicing']);
  await call(`DELETE ${path}`, { token });
  expect(await names()).toEqual(before);
});

test('an update answers the project without tokens', async () => {
  const { call, organizationToken: token, project } = await running();
  const body = { name: 'Support', description: 'New' };

  const updated = await call(`PUT /v1/organization/project/${project.id}`, { token, body });

  expect(updated).toMatchObject({ status: 200, body: { projectName: 'Support', projectDescription: 'New' } });
  expect(updated.body).not.toHaveProperty('tokens');
});

test.each([
  ['erased', undefined, undefined],
  ['kept', 'Kept', 'Kept'],
  ['nullErases', undefined, 'Kept'],
] as const)('a description of null or none is %s', async (projectDescription, afterNull, afterNone) => {
  const { call, organizationToken: token, project } = await running({ projectDescription });
  const updated = async (body: object) => {
    await call(`PUT /v1/organization/project/${project.id}`, { token, body: { name: 'X', description: 'Kept' } });
    const answer = await call(`PUT /v1/organization/project/${project.id}`, { token, body });
    expect((await call(`GET /v1/organization/project/${project.id}`, { token })).body).toMatchObject(
      Object(answer.body),
    );
    return answer.body;
  };

  const [none, null_] = [await updated({ name: 'Y' }), await updated({ name: 'Y', description: null })];

  expect(Reflect.get(Object(null_), 'projectDescription')).toBe(afterNull);
  expect(Reflect.get(Object(none), 'projectDescription')).toBe(afterNone);
});

test('a deletion may be answered without a body', async () => {
  const { call, organizationToken: token, project } = await running({ deletedProject: 'empty' });

  expect(await call(`DELETE /v1/organization/project/${project.id}`, { token })).toMatchObject({
    status: 200,
    text: '',
  });
  expect(await call(`GET /v1/organization/project/${project.id}`, { token })).toMatchObject(refusal(404, 2005));
});

test('a deleted project is gone, and so are its tokens', async () => {
  const { call, organizationToken: token, projectToken, project } = await running();
  const path = `/v1/organization/project/${project.id}`;

  expect(await call(`DELETE ${path}`, { token })).toMatchObject({ status: 200, body: {} });

  expect(await call(`GET ${path}`, { token })).toMatchObject(refusal(404, 2005));
  expect(await call(`DELETE ${path}`, { token })).toMatchObject(refusal(404, 2005));
  expect(await call('GET /v1/search/profiles', { token: projectToken })).toMatchObject(refusal(401, 6));
  expect(await call(`GET /v2/projects/tokens/${projectToken}`, { token })).toMatchObject(refusal(404, 5));
});

test.for<[string, string, unknown, number, number]>([
  ['an empty name', 'POST', { name: '' }, 400, 2007],
  ['a blank name', 'POST', { name: '  ' }, 400, 2007],
  ['no name', 'POST', {}, 400, 2007],
  ['a name that is no text', 'POST', { name: 7 }, 400, 2000],
  ['a name that is taken', 'POST', { name: 'Legal Review' }, 400, 2002],
  ['a description that is no text', 'POST', { name: 'X', description: 1 }, 400, 11],
  ['an address that is none', 'POST', { name: 'X', administratorUserEmail: 'ana' }, 400, 11],
  ['a limit without members', 'POST', { name: 'X', usageLimit: {} }, 400, 9],
  ['a body that is not JSON', 'POST', '{"name":', 400, 20],
  ['a body that is a list', 'POST', [], 400, 20],
  ['the name of another project', 'PUT', { name: 'Legal Review' }, 400, 2002],
  ['no name', 'PUT', { description: 'x' }, 400, 2007],
])('%s is refused (%s)', async ([, method, body, status, id]) => {
  const { call, organizationToken: token, project, acme } = await running();
  const path = method === 'POST' ? '/v1/organization/project' : `/v1/organization/project/${project.id}`;

  expect(await call(`${method} ${path}`, { token, body })).toMatchObject(refusal(status, id));

  const { body: list } = await call('GET /v1/organization/projects?detail=full', { token });
  expect(itemsOf(list, 'projects')).toHaveLength(acme.projects.length);
});

test('an id that is unknown, malformed or of another organization is no project', async () => {
  const { call, organizationToken: token, borealis } = await running();
  const ids = ['5c2d8e90-1f4b-4a77-9e36-0d1b2c3d4e44', 'not-a-uuid', borealis.projects[0]!.id];

  for (const id of ids) {
    for (const route of ['GET #', 'PUT #', 'DELETE #', 'GET #/tokens']) {
      const answer = await call(route.replace('#', `/v1/organization/project/${id}`), {
        token,
        ...(route.startsWith('PUT') && { body: { name: 'X' } }),
      });
      expect(answer).toMatchObject(refusal(404, 2005));
    }
  }
});

test('paths and verbs that do not exist are told apart', async () => {
  const { call, organizationToken: token, project } = await running();

  expect(await call('GET /v1/organization/nothing', { token })).toMatchObject(refusal(404, 404));
  expect(await call('GET /', { token })).toMatchObject(refusal(404, 404));
  expect(await call('GET /v1/assistant/%zz', { token })).toMatchObject(refusal(404, 404));
  expect(await call('DELETE /v1/organization/projects', { token })).toMatchObject(refusal(405, 405));
  expect(await call(`PATCH /v1/organization/project/${project.id}`, { token })).toMatchObject(refusal(405, 405));
  expect((await call('HEAD /v1/organization/projects', { token })).status).toBe(405);
});
