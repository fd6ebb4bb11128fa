import { pageSize } from '../src/cost/arguments.ts';
import { type Cost, NOWHERE } from '../src/cost/parentScope.ts';
import type { LlmProviderResolvers, QueryResolvers } from '../src/generated/resolvers.ts';
import { llmCatalogue } from '../src/loaders/llm.ts';
import type { LlmModelRecord, LlmProviderRecord } from '../src/platform/resources/llm.ts';
import { pageOf, type View } from '../src/request/fields.ts';
import { listing } from '../src/request/pagination.ts';
import { type Complete, declared, type Fields, free } from '../src/request/resolverTypes.ts';
import { selectedFields } from '../src/request/selection.ts';

function byName<T extends { readonly name: string }>(list: string): View<T> {
  const nameOf = ({ name }: T) => name;
  return { order: listing(list, (item) => nameOf(item).toLowerCase(), nameOf), isIn: null };
}

const PROVIDERS = byName<LlmProviderRecord>('llmProviders');
const MODELS = byName<LlmModelRecord>('llmModels');

const providersCost: Cost = (field, _scope, { estimator }) => {
  llmCatalogue.cost(field.names('nodes').has('models'), field.path, estimator);
  return { ...NOWHERE, count: pageSize(field) };
};

export const Query: Fields<Pick<QueryResolvers, 'llmProviders'>> = {
  llmProviders: declared({ cost: providersCost }, async (_root, page, { loaders }, info) => {
    const withModels = selectedFields(info, ['nodes']).has('models');
    const providers = await llmCatalogue.read(loaders, withModels);
    return providers && pageOf(PROVIDERS, providers, page, (provider) => provider);
  }),
};

export const LlmProvider: Complete<LlmProviderResolvers, LlmProviderRecord> = {
  models: free(({ models }, page) => pageOf(MODELS, models, page, (model) => model)),
};
