import { expect, test } from 'vitest';
import { itemsOf, refusal, running } from './support/running.ts';

test('the summary list names the assistants of the project, the full list adds their revisions', async () => {
  const { call, projectToken: token, project } = await running();

  const summary = await call('GET /v1/organization/assistants', { token });
  const full = await call('GET /v1/organization/assistants?detail=full', { token });

  const named = project.assistants.map(({ id, name }) => ({ assistantId: id, assistantName: name }));
  expect(summary.body).toEqual({ assistants: named, projectId: project.id, projectName: project.name });
  const [item] = itemsOf(full.body, 'assistants');
  expect(Object.keys(item ?? {})).toEqual(['assistantId', 'assistantName', 'intents']);
  const [intent] = itemsOf(item, 'intents');
  expect(intent).toMatchObject({ assistantIntentName: 'Default', assistantIntentDefaultRevision: expect.any(Number) });
  expect(itemsOf(intent, 'revisions')[0]).toEqual({
    metadata: expect.arrayContaining([{ key: 'max_tokens', type: 'Number', value: expect.any(String) }]),
    modelName: expect.any(String),
    prompt: expect.stringMatching(/^\[\{"role":"system","content":/),
    providerName: expect.any(String),
    revisionDescription: 'First version',
    revisionId: 1,
    revisionName: '1',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
  });
});

test('an assistant by id has what the list lacks, and only its published revision unless asked', async () => {
  const { call, projectToken: token, project } = await running();

  for (const { id, name } of project.assistants) {
    const summary = await call(`GET /v1/assistant/${id}`, { token });
    const full = await call(`GET /v1/assistant/${id}?detail=full`, { token });

    expect(summary.body).toMatchObject({
      assistantId: id,
      assistantName: name,
      assistantType: expect.stringMatching(/Assistant$/),
      assistantStatus: expect.toSatisfy((status) => status === 1 || status === 2),
      assistantPriority: 0,
      projectId: project.id,
      projectName: project.name,
      welcomeData: { features: [], examplesPrompt: [] },
    });
    const [intent] = itemsOf(summary.body, 'intents');
    expect(itemsOf(intent, 'revisions').map(({ revisionId }) => revisionId)).toEqual([
      intent?.assistantIntentDefaultRevision,
    ]);
    const revisions = itemsOf(itemsOf(full.body, 'intents')[0], 'revisions');
    expect(revisions.map(({ revisionId }) => revisionId)).toEqual(revisions.map((_, index) => index + 1));
  }
});

test('an assistant of another project is unknown', async () => {
  const { call, projectToken: token, acme } = await running();

  for (const id of [acme.projects[1]!.assistants[0]!.id, 'nonsense']) {
    expect(await call(`GET /v1/assistant/${id}`, { token })).toMatchObject(refusal(404, 1));
  }
  expect(await call('GET /v1/organization/assistants?detail=all', { token })).toMatchObject(refusal(400, 11));
});

test('the export pages by skip and count, and a page beyond the end is empty', async () => {
  const { call, projectToken: token } = await running();
  const items = async (query: string) => {
    const { body } = await call(`GET /v1/organization/request/export?${query}`, { token });
    return itemsOf(body, 'items');
  };
  const all = await items('count=100');

  expect(all.length).toBeGreaterThan(5);
  expect(await items('skip=2&count=3')).toEqual(all.slice(2, 5));
  expect(await items('count=0')).toEqual(all.slice(0, 10));
  expect(await items('status=&skip=&count=')).toEqual(all.slice(0, 10));
  expect(await items('skip=1000')).toEqual([]);
  expect(all[0]).toMatchObject({
    apiToken: expect.any(String),
    assistant: expect.any(String),
    cost: expect.any(Number),
    elapsedTimeMs: expect.any(Number),
    timestamp: expect.stringMatching(/\.\d{3}$/),
    sessionId: expect.any(String),
    status: expect.stringMatching(/^(succeeded|failed|pending)$/),
  });
});

test('the export filters by assistant, in any casing of the parameter, and by status', async () => {
  const { call, projectToken: token } = await running();
  const items = async (query: string) => {
    const { body } = await call(`GET /v1/organization/request/export?count=100${query}`, { token });
    return itemsOf(body, 'items');
  };
  const all = await items('');
  const name = String(all.find(({ assistant }) => assistant !== 'N/D')?.assistant);

  for (const parameter of ['assistantName', 'Assistantname', 'assistantname']) {
    const filtered = await items(`&${parameter}=${encodeURIComponent(name)}`);
    expect(filtered).toEqual(all.filter(({ assistant }) => assistant === name));
  }
  expect(await items('&status=completed')).toEqual(all.filter(({ status }) => status === 'succeeded'));
});

test('the export refuses what it does not understand', async () => {
  const { call, projectToken: token } = await running();

  expect(await call('GET /v1/organization/request/export?count=-1', { token })).toMatchObject(refusal(400, 8));
  expect(await call('GET /v1/organization/request/export?skip=x', { token })).toMatchObject(refusal(400, 8));
  expect(await call('GET /v1/organization/request/export?status=constructor', { token })).toMatchObject(
    refusal(400, 2032),
  );
});

test('the profile list is the project with its RAG assistants', async () => {
  const { call, projectToken: token, project } = await running();

  const { body } = await call('GET /v1/search/profiles', { token });

  expect(body).toEqual({
    projectActive: true,
    projectDescription: project.description,
    projectId: project.id,
    projectName: project.name,
    projectStatus: 0,
    searchProfiles: expect.arrayContaining([{ name: 'Default', description: 'Default profile' }]),
  });
});
