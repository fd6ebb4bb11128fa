import { type CostEstimator, named } from '../cost/estimator.ts';
import type { Credential } from '../platform/client/credential.ts';
import { listLlmProviders, listLlmProvidersWithModels } from '../platform/resources/llm.ts';
import type { Loaders } from './index.ts';

/** The catalogue of models: one call, under the first credential that can be used. */
export const llmCatalogue = {
  cost: (withModels: boolean, path: string, estimator: CostEstimator): void => {
    estimator.identify();
    estimator.counter.addOnce(endpointFor(withModels).name, named(['the platform']), path);
  },
  read: async (loaders: Loaders, withModels: boolean) => {
    const usable = await loaders.credentials.usable();
    const [credential] = usable as readonly Credential<'organization' | 'project' | 'oauth'>[];
    return credential ? loaders.read(credential, endpointFor(withModels), {}) : null;
  },
};

function endpointFor(withModels: boolean) {
  return withModels ? listLlmProvidersWithModels : listLlmProviders;
}
