import { type CostEstimator, named } from '../cost/estimator.ts';
import type { Credential } from '../platform/client/credential.ts';
import type { PlatformList } from '../platform/client/lists.ts';
import { type LlmProviderRecord, listLlmProviders, listLlmProvidersWithModels } from '../platform/resources/llm.ts';
import type { Loaders } from './index.ts';

/** The catalogue of models: one call, under the first credential that can be used. */
export const llmCatalogue = {
  cost: (withModels: boolean, path: string, estimator: CostEstimator): void => {
    estimator.identify();
    estimator.counter.addOnce(endpointFor(withModels).name, named(['the platform']), path);
  },
  read: async ({ credentials, memo, session }: Loaders, withModels: boolean) => {
    const endpoint = endpointFor(withModels);
    const [credential] = (await credentials.usable()) as readonly Credential<'organization' | 'project' | 'oauth'>[];
    if (!credential) return null;
    const answer = memo.getOrMake(credential, endpoint.name, () => session.as(credential).call(endpoint, {}));
    return (await answer) as PlatformList<LlmProviderRecord>;
  },
};

function endpointFor(withModels: boolean) {
  return withModels ? listLlmProvidersWithModels : listLlmProviders;
}
