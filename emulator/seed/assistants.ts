import type { Assistant, Revision } from '../model.ts';
import { seconds } from '../timestamps.ts';
import type { Random } from './random.ts';
import type { AssistantIdea, Topic } from './topics.ts';

const DAY = 86_400_000;
const MODELS = [
  { providerName: 'openai', modelName: 'gpt-4o' },
  { providerName: 'openai', modelName: 'gpt-4o-mini' },
  { providerName: 'vertex_ai', modelName: 'gemini-2.0-flash' },
  { providerName: 'anthropic', modelName: 'claude-3-7-sonnet' },
] as const;
const CHANGES = ['First version', 'Shorter answers', 'Names the source', 'Asks before it guesses'] as const;

/** Two to four assistants of the topic, with one to four revisions each (platform-api.md section 2.7). */
export function seedAssistants(random: Random, topic: Topic, epoch: number): Assistant[] {
  return random.sample(topic.assistants, random.integer(2, 4)).map((idea) => seedAssistant(random, idea, epoch));
}

function seedAssistant(random: Random, idea: AssistantIdea, epoch: number): Assistant {
  const [name, description, instruction] = idea;
  const revisions = seedRevisions(random, instruction, epoch);
  return {
    id: random.uuid(),
    name,
    description: random.oneIn(8) ? null : description,
    // Only TextPromptAssistant is sourced; the second value keeps readers from assuming that there is just one.
    type: random.oneIn(4) ? 'ChatAssistant' : 'TextPromptAssistant',
    status: random.oneIn(6) ? 2 : 1,
    priority: 0,
    intentId: random.uuid(),
    // Now and then an older revision is still the published one.
    defaultRevision: random.oneIn(5) ? 1 : revisions.length,
    revisions,
    welcome: random.oneIn(3) ? { title: `Hello, I am ${name}`, description } : null,
  };
}

function seedRevisions(random: Random, instruction: string, epoch: number): Revision[] {
  const count = random.integer(1, 4);
  const first = epoch - random.integer(60, 300) * DAY;
  return CHANGES.slice(0, count).map((description, index) => ({
    id: index + 1,
    description: index > 0 && random.oneIn(4) ? null : description,
    ...random.pick(MODELS),
    prompt: JSON.stringify([
      { role: 'system', content: index === 0 ? instruction : `${instruction} ${description}.` },
      { role: 'user', content: '{{inputText}}' },
    ]),
    timestamp: seconds(first + index * 12 * DAY + random.integer(0, DAY)),
    metadata: [
      { key: 'max_tokens', type: 'Number', value: String(random.integer(2, 16) * 200) },
      { key: 'temperature', type: 'Decimal', value: (random.integer(0, 10) / 10).toFixed(2) },
      { key: 'upload_files', type: 'Boolean', value: String(random.oneIn(5)) },
    ],
  }));
}
