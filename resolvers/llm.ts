import { pageSize } from '../src/cost/arguments.ts';
import { type Cost, NOWHERE } from '../src/cost/parentScope.ts';
import type { LlmModelOrderField, LlmProviderResolvers, QueryResolvers } from '../src/generated/resolvers.ts';
import { llmCatalogue } from '../src/loaders/llm.ts';
import type { LlmModelRecord, LlmProviderRecord } from '../src/platform/resources/llm.ts';
import { itself, ordered, pageOf } from '../src/request/fields.ts';
import { byName, listing, orders } from '../src/request/paging/pagination.ts';
import { type Complete, declared, type Fields, free } from '../src/request/resolverTypes.ts';
import { selectedFields } from '../src/request/selection.ts';
import { sortKey } from '../src/values/decimal.ts';

export type { LlmProviderRecord as LlmProviderModel } from '../src/platform/resources/llm.ts';

const PROVIDERS = ordered(orders({ NAME: byName<LlmProviderRecord>('llmProviders') }));
const MODELS = ordered(
  orders<LlmModelRecord, LlmModelOrderField>({
    NAME: byName('llmModels'),
    CONTEXT_WINDOW: listing(
      'llmModels CONTEXT_WINDOW',
      ({ contextWindow }) => sortKey(contextWindow),
      ({ name }) => name,
    ),
  }),
);

const providersCost: Cost = (field, _scope, { estimator }) => {
  llmCatalogue.cost(field.names('nodes').has('models'), field.path, estimator);
  return { ...NOWHERE, count: pageSize(field) };
};

export const Query: Fields<Pick<QueryResolvers, 'llmProviders'>> = {
  llmProviders: declared({ cost: providersCost }, async (_root, page, { loaders, admission }, info) => {
    const withModels = selectedFields(info, 'nodes').has('models');
    const providers = await llmCatalogue.read(loaders, withModels);
    return providers && pageOf(PROVIDERS(page), providers, page, itself, admission);
  }),
};

export const LlmProvider: Complete<LlmProviderResolvers, LlmProviderRecord> = {
  models: free(({ models }, page, { admission }) => pageOf(MODELS(page), models, page, itself, admission)),
};
