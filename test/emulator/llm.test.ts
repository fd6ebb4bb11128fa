import { expect, test } from 'vitest';
import { itemsOf, refusal, running } from './support/running.ts';

const PROVIDERS = '/v2/llm/providers';

/** The catalogue as the holder of the first project token sees it. */
async function browsing() {
  const platform = await running({ projects: 1 });
  const get = async (rest: string, headers = {}) =>
    platform.call(`GET ${PROVIDERS}${rest}`, { token: platform.projectToken, headers });
  const models = async (query: string) =>
    itemsOf((await get(`?include=models&${query}`)).body, 'providers').flatMap((each) => itemsOf(each, 'models'));
  return { ...platform, get, models };
}

test('providers are listed without models, unless these are included', async () => {
  const { get } = await browsing();

  const [plain] = itemsOf((await get('?type=Chat')).body, 'providers');
  const [full] = itemsOf((await get('?include=models')).body, 'providers');

  expect(plain).toEqual({ name: 'openai', interfaceType: 'openai', description: 'OpenAI models (emulated)' });
  expect(full).toMatchObject(plain!);
  expect(itemsOf(full, 'models')[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'gpt-4o',
    fullName: 'openai/gpt-4o',
    description: 'Reads text and images',
    type: 'Chat',
    contextWindow: 128_000,
    maxOutputTokens: 16_384,
    priority: 1,
    isCustom: false,
    properties: expect.arrayContaining([{ key: 'streaming', type: 'Boolean', value: 'true' }]),
  });
});

test.each([
  ['type=Embedding', ['text-embedding-3-small']],
  ['type=Image', ['dall-e-3']],
  ['type=Rerank', ['rerank-v3.5']],
  ['type=Chat&streaming=false', ['parrot-1']],
  ['multimodal=true&toolCalling=true', ['gpt-4o', 'gemini-2.0-flash', 'claude-3-7-sonnet']],
  ['functionCalling=true&multimodal=false', ['gpt-4o-mini']],
])('models with ?%s', async (query, names) => {
  const { models } = await browsing();

  expect((await models(query)).map(({ name }) => name)).toEqual(names);
});

test('a summary has fewer members', async () => {
  const { models } = await browsing();
  const [first] = await models('detail=Summary');

  expect(Object.keys(first!).sort()).toEqual(['fullName', 'id', 'name', 'type']);
});

test('one provider, its models, and one model by name or id', async () => {
  const { get } = await browsing();
  const list = itemsOf((await get('/openai/models')).body, 'models');
  const mini = list.find(({ name }) => name === 'gpt-4o-mini')!;

  expect((await get('/openai')).body).toMatchObject({ name: 'openai', interfaceType: 'openai' });
  for (const each of ['gpt-4o-mini', String(mini.id)]) {
    expect((await get(`/openai/models/${each}`)).body).toEqual(mini);
  }
});

test.each([
  ['es', 'Modelos de OpenAI (emulados)'],
  ['fr, es-AR;q=0.8, en;q=0.5', 'Modelos de OpenAI (emulados)'],
  ['en-US,es', 'OpenAI models (emulated)'],
  ['ja', 'OpenAI models (emulated)'],
])('descriptions in the language of Accept-Language: %s', async (language, description) => {
  const { get } = await browsing();

  expect((await get('/openai', { 'accept-language': language })).body).toMatchObject({ description });
});

test('every kind of credential is taken', async () => {
  const { call, organizationToken, user } = await browsing();

  expect(await call(`GET ${PROVIDERS}`, { token: organizationToken })).toMatchObject({ status: 200 });
  const headers = { 'project-id': user.projectId };
  expect(await call(`GET ${PROVIDERS}`, { token: user.token, headers })).toMatchObject({ status: 200 });
  expect(await call(`GET ${PROVIDERS}`)).toMatchObject(refusal(401, 401));
});

test.for([
  ['/nobody', 2],
  ['/nobody/models', 2],
  ['/openai/models/nothing', 2016],
  ['/cohere/models/gpt-4o', 2016],
  ['?include=prices', 11],
  ['?include=models&type=chat', 11],
  ['?include=models&streaming=yes', 11],
  ['?include=models&detail=summary', 11],
] as const)('%s is refused', async ([rest, id]) => {
  const { get } = await browsing();

  expect(await get(rest)).toMatchObject(refusal(400, id));
});
