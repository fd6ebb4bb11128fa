import type { Assistant, ExportedRequest } from '../model.ts';
import { milliseconds } from '../timestamps.ts';
import type { Token } from '../token.ts';
import type { Random } from './random.ts';
import type { Topic } from './topics.ts';

const HOUR = 3_600_000;
/** Long histories get denser, not longer. */
const LONGEST_HISTORY = 90 * 24 * HOUR;
/** Stands in the export for a request without an assistant (platform-api.md section 2.4). */
const NO_ASSISTANT = 'N/D';

/** What the request history of a project is made from. */
export interface History {
  /** Before the first, that is newest, request. */
  readonly epoch: number;
  readonly count: number;
  readonly topic: Topic;
  readonly tokens: readonly Token[];
  readonly assistants: readonly Assistant[];
}

/** The tokens that make requests: about one in three of those beyond the first is unused, whatever its status. */
export function usedTokens(random: Random, tokens: readonly Token[]): Token[] {
  return tokens.filter((_, index) => index === 0 || !random.oneIn(3));
}

/** Request `index` of a history, counted from the newest; `random` is a stream of its own for it. */
export function seedRequest(random: Random, history: History, index: number): ExportedRequest {
  const step = Math.min(10 * HOUR, Math.floor(LONGEST_HISTORY / history.count));
  const start = history.epoch - index * step - random.integer(1, step);
  const assistant = random.oneIn(9) ? undefined : random.pick(history.assistants);
  const [inputText, output] = random.pick(history.topic.exchanges);
  const elapsedTimeMs = random.integer(300, 4_000);
  const status = random.oneIn(12) ? 'failed' : random.oneIn(30) ? 'pending' : 'succeeded';
  return {
    apiToken: random.pick(history.tokens).id,
    assistant: assistant?.name ?? NO_ASSISTANT,
    cost: status === 'succeeded' ? random.integer(5, 900) / 100_000 : 0,
    elapsedTimeMs,
    startTimestamp: milliseconds(start),
    endTimestamp: milliseconds(start + elapsedTimeMs),
    timestamp: milliseconds(start),
    feedback: random.oneIn(10) ? 'Good' : null,
    intent: assistant ? 'Default' : null,
    module: assistant ? 'Assistant' : 'Chat',
    prompt: null,
    inputText,
    output: status === 'succeeded' ? output : null,
    ragSourcesConsulted: null,
    sessionId: random.uuid(),
    status,
  };
}
