import { key, optionalBoolean, optionalInteger, optionalText, type Wire } from '../client/decode.ts';
import { KEPT_MS, read } from '../client/endpoint.ts';
import { elementsOf, type ListShape, list, type PlatformList, readEach } from '../client/lists.ts';

type LlmModelType = 'CHAT' | 'EMBEDDING' | 'IMAGE' | 'RERANK' | 'UNRECOGNIZED';

export interface LlmModelRecord {
  readonly name: string;
  readonly fullName: string | null;
  readonly description: string | null;
  readonly type: LlmModelType;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly priority: number | null;
  readonly isCustom: boolean | null;
}

export interface LlmProviderRecord {
  readonly name: string;
  readonly description: string | null;
  readonly interfaceType: string | null;
  /** Empty where the list leaves models out. */
  readonly models: PlatformList<LlmModelRecord>;
}

const PROVIDER_LIST: ListShape = { element: 'provider', keys: ['providers'] };
const MODEL_LIST: ListShape = { element: 'model', keys: ['models'] };

export const listLlmProviders = providers(undefined);

/** Providers with all their models, in one call. */
export const listLlmProvidersWithModels = providers('models');

function providers(include: 'models' | undefined) {
  return read({
    route: 'GET /v2/llm/providers',
    accepts: ['organization', 'project', 'oauth'],
    family: 'catalogue',
    keptMs: KEPT_MS.forMinutes,
    query: () => ({ include }),
    decode: list(
      PROVIDER_LIST,
      (from, _credential, leftOut): LlmProviderRecord => ({
        name: key(from, 'name'),
        description: optionalText(from, 'description'),
        interfaceType: optionalText(from, 'interfaceType'),
        models: readEach(elementsOf({ models: from.models }, MODEL_LIST), 'model', toModel, leftOut),
      }),
    ),
  });
}

/** Capitalised here, lower-case elsewhere (platform-api.md 2.12). */
const TYPES = new Map<string, LlmModelType>([
  ['chat', 'CHAT'],
  ['embedding', 'EMBEDDING'],
  ['image', 'IMAGE'],
  ['rerank', 'RERANK'],
]);

function toModel(from: Wire): LlmModelRecord {
  return {
    name: key(from, 'name'),
    fullName: optionalText(from, 'fullName'),
    description: optionalText(from, 'description'),
    type: TYPES.get(optionalText(from, 'type')?.toLowerCase() ?? '') ?? 'UNRECOGNIZED',
    contextWindow: optionalInteger(from, 'contextWindow'),
    maxOutputTokens: optionalInteger(from, 'maxOutputTokens'),
    priority: optionalInteger(from, 'priority'),
    isCustom: optionalBoolean(from, 'isCustom'),
  };
}
