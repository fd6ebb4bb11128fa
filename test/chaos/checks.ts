import { tracesIn } from '../access/traces.ts';
import type { Answer } from '../support/facade.ts';
import type { Write } from './writeProxy.ts';

/** What a caller got. Null: the connection was lost. */
export type Got = Pick<Answer, 'status' | 'data' | 'errors' | 'text'> | null;

/** Texts of others in an answer, but for what the operation says itself, in its ids and cursors too. */
export function leaksIn(got: Got, hidden: readonly string[], said: string): string[] {
  if (!got) return [];
  const traces = tracesIn(got.text, hidden);
  if (traces.length === 0) return [];
  const own = new Set(tracesIn(said, traces));
  return traces.filter((trace) => !own.has(trace)).map((trace) => `told of ${trace}`);
}

/** Failures that are ours. Refusal of load is none. */
export function failuresIn(got: Got): string[] {
  if (!got) return [];
  const codes = (got.errors ?? []).map(({ extensions }) => extensions?.code);
  const isOurs = codes.includes('INTERNAL_SERVER_ERROR') || (got.status >= 500 && !codes.includes('OVERLOADED'));
  return isOurs ? [`status ${got.status}: ${got.text.slice(0, 500)}`] : [];
}

/** Writes that were sent more often than asked for. `attempts`: how often a caller asked for more than one. */
export function doubledWrites(writes: readonly Write[], attempts: (write: Write) => number): string[] {
  const counts = Map.groupBy(writes, ({ method, path, body }) => `${method} ${path} ${body}`);
  return [...counts].flatMap(([key, same]) =>
    same.length > attempts(same[0]!) ? [`sent ${same.length} times: ${key}`] : [],
  );
}

/** What is known of a mutation once its answer is there, or lost. */
export interface Known {
  readonly requestId: string;
  readonly got: Got;
  /** The payload says that something was changed, and seen. */
  readonly saysDone: boolean;
  /** It is so at the platform. */
  readonly isDone: boolean;
  /** Lines of the audit log with its request id. */
  readonly intents: number;
  readonly events: number;
}

/** What was said and is not so; and what was done, or answered, and left no line in the audit log. */
export function lostOutcomes({ requestId, got, saysDone, isDone, intents, events }: Known): string[] {
  const problems: string[] = [];
  if (saysDone && !isDone) problems.push(`${requestId}: said to be done, and is not: ${got?.text}`);
  if (isDone && intents + events === 0) problems.push(`${requestId}: done without a line of the audit log`);
  if (got?.data && Object.values(got.data).some((payload) => payload !== null) && events === 0) {
    problems.push(`${requestId}: answered without an event of the audit log: ${got.text}`);
  }
  if (events > 1) problems.push(`${requestId}: ${events} events`);
  return problems;
}
