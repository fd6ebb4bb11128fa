import { Random } from './random.ts';

export const MODEL_TYPES = ['Chat', 'Embedding', 'Image', 'Rerank'] as const;
/** What models may be asked for by (platform-api.md section 2.12). */
export const CAPABILITIES = ['streaming', 'multimodal', 'toolCalling', 'functionCalling'] as const;

type Capability = (typeof CAPABILITIES)[number];
export type Language = 'en' | 'es';
type Texts = Readonly<Record<Language, string>>;

export interface LlmModel {
  readonly id: string;
  readonly name: string;
  readonly fullName: string;
  readonly description: Texts;
  readonly type: (typeof MODEL_TYPES)[number];
  /** Null for what writes no text. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly priority: number;
  readonly isCustom: boolean;
  readonly capabilities: readonly Capability[];
}

export interface LlmProvider {
  readonly name: string;
  readonly description: Texts;
  readonly interfaceType: string;
  readonly models: readonly LlmModel[];
}

type Row = readonly [name: string, type: LlmModel['type'], english: string, spanish: string, sizes?: Sizes];
type Sizes = readonly [contextWindow: number, maxOutputTokens: number, capabilities: readonly Capability[]];

const TEXT: readonly Capability[] = ['streaming', 'toolCalling', 'functionCalling'];

/** Providers and models in order of priority; sizes and the last provider are invented. */
export const LLM_PROVIDERS: readonly LlmProvider[] = [
  provider('openai', 'openai', 'OpenAI models (emulated)', 'Modelos de OpenAI (emulados)', [
    ['gpt-4o', 'Chat', 'Reads text and images', 'Lee texto e imágenes', [128_000, 16_384, CAPABILITIES]],
    ['gpt-4o-mini', 'Chat', 'Small and quick', 'Pequeño y rápido', [128_000, 16_384, TEXT]],
    ['text-embedding-3-small', 'Embedding', 'Vectors of text', 'Vectores de texto', [8_191, 0, []]],
    ['dall-e-3', 'Image', 'Paints', 'Pinta'],
  ]),
  provider('vertex_ai', 'vertexai', 'Google models (emulated)', 'Modelos de Google (emulados)', [
    ['gemini-2.0-flash', 'Chat', 'Reads long texts', 'Lee textos largos', [1_048_576, 8_192, CAPABILITIES]],
  ]),
  provider('anthropic', 'anthropic', 'Anthropic models (emulated)', 'Modelos de Anthropic (emulados)', [
    [
      'claude-3-7-sonnet',
      'Chat',
      'Thinks before it writes',
      'Piensa antes de escribir',
      [200_000, 64_000, CAPABILITIES],
    ],
  ]),
  provider('cohere', 'cohere', 'Cohere models (emulated)', 'Modelos de Cohere (emulados)', [
    ['rerank-v3.5', 'Rerank', 'Orders documents', 'Ordena documentos', [4_096, 0, []]],
  ]),
  provider('invented_lab', 'openai', 'Models that do not exist', 'Modelos que no existen', [
    ['parrot-1', 'Chat', 'Repeats what it is told', 'Repite lo que se le dice', [2_048, 512, []]],
  ]),
];

function provider(name: string, interfaceType: string, en: string, es: string, rows: readonly Row[]): LlmProvider {
  return { name, description: { en, es }, interfaceType, models: rows.map((row, index) => toModel(name, row, index)) };
}

function toModel(owner: string, [name, type, en, es, sizes]: Row, index: number): LlmModel {
  const [contextWindow = null, maxOutputTokens = null, capabilities = []] = sizes ?? [];
  const fullName = `${owner}/${name}`;
  const id = new Random('model', fullName).uuid();
  const about = { description: { en, es }, type, contextWindow, maxOutputTokens, capabilities };
  return { id, name, fullName, ...about, priority: index + 1, isCustom: owner === 'invented_lab' };
}
