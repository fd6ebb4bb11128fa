import type { Assistant, ExportedRequest, Token } from '../model.ts';
import { milliseconds, SEED_EPOCH } from '../timestamps.ts';
import type { Random } from './random.ts';
import type { Topic } from './topics.ts';

const HOUR = 3_600_000;
/** Stands in the export for a request without an assistant (platform-api.md section 2.4). */
const NO_ASSISTANT = 'N/D';

/** The request history of a project, newest first. */
export function seedRequests(
  random: Random,
  topic: Topic,
  project: { readonly tokens: readonly Token[]; readonly assistants: readonly Assistant[] },
): ExportedRequest[] {
  const requests: ExportedRequest[] = [];
  const count = random.integer(6, 24);
  let start = SEED_EPOCH;
  while (requests.length < count) {
    start -= random.integer(1, 20) * HOUR + random.integer(0, HOUR);
    requests.push(seedRequest(random, topic, project, start));
  }
  return requests;
}

function seedRequest(
  random: Random,
  topic: Topic,
  { tokens, assistants }: Parameters<typeof seedRequests>[2],
  start: number,
): ExportedRequest {
  const assistant = random.oneIn(9) ? undefined : random.pick(assistants);
  const token = random.pick(tokens);
  const [inputText, output] = random.pick(topic.exchanges);
  const elapsedTimeMs = random.integer(300, 4_000);
  const status = random.oneIn(12) ? 'failed' : random.oneIn(30) ? 'pending' : 'succeeded';
  return {
    // The name, not the secret: which of the two the platform shows is unknown (section 8, question 12).
    apiToken: token.name,
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
