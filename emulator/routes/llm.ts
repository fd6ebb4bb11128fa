import type { Accepts } from '../access.ts';
import { type Call, oneOf, type Route } from '../call.ts';
import { PlatformFailure } from '../failures.ts';
import {
  CAPABILITIES,
  type Language,
  LLM_PROVIDERS,
  type LlmModel,
  type LlmProvider,
  MODEL_TYPES,
} from '../seed/llmCatalogue.ts';

const EVERYBODY: Accepts = { organization: true, project: true, oauth: true };
const PROVIDERS_PATH = '/v2/llm/providers';
const PROVIDER_PATH = `${PROVIDERS_PATH}/{provider}`;

/** Platform-api.md section 2.12. */
export const LLM_ROUTES: readonly Route[] = [
  { method: 'GET', path: PROVIDERS_PATH, accepts: EVERYBODY, answer: listProviders },
  {
    method: 'GET',
    path: PROVIDER_PATH,
    accepts: EVERYBODY,
    answer: (call) => providerItem(providerNamed(call), languageOf(call)),
  },
  {
    method: 'GET',
    path: `${PROVIDER_PATH}/models`,
    accepts: EVERYBODY,
    answer: (call) => ({ models: modelItems(call, providerNamed(call)) }),
  },
  { method: 'GET', path: `${PROVIDER_PATH}/models/{model}`, accepts: EVERYBODY, answer: getModel },
];

/** Models, and what they are chosen by, count with `include=models` only. */
function listProviders(call: Call): object {
  const withModels = oneOf(call, 'include', ['models']) !== undefined;
  const language = languageOf(call);
  const providers = LLM_PROVIDERS.map((provider) => {
    const item = providerItem(provider, language);
    return withModels ? { ...item, models: modelItems(call, provider) } : item;
  });
  return { providers };
}

function getModel(call: Call): object {
  const { models } = providerNamed(call);
  const text = call.part('model');
  const model = models.find(({ name, id }) => name === text || id === text.toLowerCase());
  if (!model) throw new PlatformFailure(2016);
  return fullModel(model, languageOf(call));
}

function providerNamed(call: Call): LlmProvider {
  const provider = LLM_PROVIDERS.find(({ name }) => name === call.part('provider'));
  if (!provider) throw new PlatformFailure(2);
  return provider;
}

function providerItem({ name, description, interfaceType }: LlmProvider, language: Language): object {
  return { description: description[language], interfaceType, name };
}

function modelItems(call: Call, { models }: LlmProvider): object[] {
  const type = oneOf(call, 'type', MODEL_TYPES);
  const isFull = (oneOf(call, 'detail', ['Summary', 'Full']) ?? 'Full') === 'Full';
  const wanted = CAPABILITIES.map((name) => [name, oneOf(call, name, ['true', 'false'])] as const);
  const isAsked = (model: LlmModel) =>
    (type === undefined || model.type === type) &&
    wanted.every(([name, answer]) => answer === undefined || model.capabilities.includes(name) === (answer === 'true'));
  const language = languageOf(call);
  return models.filter(isAsked).map((model) => (isFull ? fullModel(model, language) : briefModel(model)));
}

function briefModel({ id, name, fullName, type }: LlmModel): object {
  return { id, name, fullName, type };
}

function fullModel(model: LlmModel, language: Language): object {
  const { description, contextWindow, maxOutputTokens, priority, isCustom, capabilities } = model;
  const properties = capabilities.map((key) => ({ key, type: 'Boolean', value: 'true' }));
  const sizes = { contextWindow, maxOutputTokens };
  return { ...briefModel(model), description: description[language], ...sizes, priority, isCustom, properties };
}

/** The first of the header that there are texts in; English otherwise. */
function languageOf(call: Call): Language {
  const tags = call.header('accept-language')?.toLowerCase().split(',') ?? [];
  const [first] = tags.map((tag) => tag.trim().slice(0, 2)).filter((tag) => tag === 'en' || tag === 'es');
  return first === 'es' ? 'es' : 'en';
}
