import type { Emulator } from '../../emulator/emulator.ts';
import type { Operation } from '../oracle/operations.ts';
import type { Random } from '../support/random.ts';
import type { Caller } from './callers.ts';
import { failuresIn, type Got, type Known, leaksIn } from './checks.ts';
import type { Cluster } from './cluster.ts';
import type { Write } from './writeProxy.ts';

/** A mutation that was answered or lost; its lines of the audit log are counted in the end. */
export interface Sent extends Omit<Known, 'intents' | 'events'> {
  readonly mutation: string;
}

/** What all workers share. */
export interface Stage {
  readonly emulator: Emulator;
  readonly cluster: Cluster;
  readonly callers: readonly Caller[];
  readonly reads: readonly Operation[];
  readonly writes: readonly Write[];
  /** What went wrong, as it is seen. */
  readonly problems: string[];
  readonly sent: Sent[];
  /** How often a write about a name or a project was asked for, where more than once. */
  readonly attempts: Map<string, number>;
  /** The longest that an answer may take, in milliseconds. */
  readonly hangMs: number;
  asked: number;
  /** Number of answers by the code of their first error, `none` among them. */
  readonly codes: Record<string, number>;
}

/** Asks a replica that listens, if there is one of the caller's mode. Null: nothing was asked, or the answer was lost. */
export async function ask(
  stage: Stage,
  random: Random,
  caller: Caller,
  body: { readonly query: string; readonly variables?: object },
  requestId?: string,
): Promise<Got> {
  const up = stage.cluster.replicas.filter(({ mode, url }) => mode === caller.mode && url !== null);
  if (up.length === 0) return null;
  const headers = {
    'content-type': 'application/json',
    ...caller.headers,
    ...(requestId && { 'x-request-id': requestId }),
  };
  const text = JSON.stringify(body);
  stage.asked += 1;
  try {
    const signal = AbortSignal.timeout(stage.hangMs);
    const response = await fetch(`${random.pick(up).url}/graphql`, { method: 'POST', headers, body: text, signal });
    const answer = await response.text();
    const got: NonNullable<Got> = { status: response.status, text: answer, ...JSON.parse(answer) };
    const said = `${body.query} ${JSON.stringify(body.variables ?? {})}`;
    const code = got.errors?.[0]?.extensions?.code ?? 'none';
    stage.codes[code] = (stage.codes[code] ?? 0) + 1;
    const problems = [...leaksIn(got, caller.hidden, said), ...failuresIn(got)];
    stage.problems.push(...problems.map((problem) => `${caller.name}: ${problem}; asked ${text.slice(0, 1_000)}`));
    return got;
  } catch (error) {
    stage.codes.lost = (stage.codes.lost ?? 0) + 1;
    if (error instanceof DOMException)
      stage.problems.push(`${caller.name}: no answer in time to ${text.slice(0, 500)}`);
    if (error instanceof SyntaxError) stage.problems.push(`${caller.name}: no JSON for ${text.slice(0, 500)}`);
    return null;
  }
}
