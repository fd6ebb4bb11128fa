import { expect, test } from 'vitest';
import { itemsOf, refusal, running } from './support/running.ts';

test('plugins are the assistants, the RAG assistants and an agent of a project', async () => {
  const { call, acme, project, projectToken, user } = await running();
  const route = `GET /v1/plugins?organization=${acme.id}&project=${project.id}`;

  const { body } = await call(route, { token: projectToken });
  const plugins = itemsOf(body, 'plugins');
  const ofType = (type: string) => plugins.filter(({ pluginType }) => pluginType === type);

  expect(ofType('assistant').map(({ pluginId }) => pluginId)).toEqual(project.assistants.map(({ id }) => id));
  expect(ofType('assistant')[0]).toMatchObject({
    pluginName: project.assistants[0]!.name,
    modelName: expect.any(String),
  });
  expect(ofType('search')[0]).toMatchObject({ pluginName: 'Default' });
  expect(ofType('agent')).toHaveLength(1);
  expect((await call(route, { token: user.token, headers: { ProjectId: project.id } })).body).toEqual(body);
});

test('plugins of others are out of reach, and both ids are needed', async () => {
  const { call, acme, borealis, project, projectToken: token, organizationToken } = await running();
  const plugins = (query: string, bearer = token) => call(`GET /v1/plugins?${query}`, { token: bearer });
  const both = `organization=${acme.id}&project=${project.id}`;

  expect(await plugins(both, organizationToken)).toMatchObject(refusal(403, 7));
  expect(await plugins(`organization=${acme.id}`)).toMatchObject(refusal(400, 9));
  expect(await plugins(`project=${project.id}`)).toMatchObject(refusal(400, 9));
  expect(await plugins(`organization=${acme.id}&project=${acme.projects[1]!.id}`)).toMatchObject(refusal(403, 7));
  expect(await plugins(`organization=${borealis.id}&project=${project.id}`)).toMatchObject(refusal(400, 2006));
});
