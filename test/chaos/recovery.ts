import type { Random } from '../support/random.ts';
import type { Caller } from './callers.ts';
import type { Replica } from './cluster.ts';
import { pause } from './director.ts';
import { ask, type Stage } from './stage.ts';

const PAUSE_MS = 50;
/** Five seconds in pauses: a machine that is short of time gives a replica as many turns as one that is not. */
const TURNS = 5_000 / PAUSE_MS;
/** For a replica that takes no turns at all. */
const MOST_MS = 90_000;

/** Waits until every caller reads and changes through every replica. Answers with what does not work in time. */
export async function notRecovered(stage: Stage, random: Random): Promise<string[]> {
  const managers = stage.callers.filter(({ manages, isAdministrator }) => manages.length > 0 && !isAdministrator);
  const problems = stage.cluster.replicas.map(async (replica) => {
    const clock = new TurnsOf(replica);
    const own = managers.filter(({ mode }) => mode === replica.mode);
    const found = await Promise.all(own.map((caller) => problemOf(stage, random, caller, replica, clock)));
    clock.stop();
    return found.flat();
  });
  return (await Promise.all(problems)).flat();
}

async function problemOf(stage: Stage, random: Random, caller: Caller, replica: Replica, clock: TurnsOf) {
  const alone = { ...stage, cluster: { ...stage.cluster, replicas: [replica] } };
  const { id } = caller.manages[0]!;
  const name = `Recovered ${caller.name} ${stage.cluster.replicas.indexOf(replica)}`;
  const query = `mutation { createApiToken(input: { projectId: "${id}", name: "${name}", idempotencyKey: "${name}" })
    { apiToken { project { name apiTokens { totalCount } } } userErrors { code } } }`;
  for (;;) {
    const got = await ask(alone, random, caller, { query });
    if (got?.data?.createApiToken?.apiToken?.project && !got.errors) return [];
    if (clock.isOver) return [`${caller.name}, five seconds after the last fault: ${got?.text ?? 'no answer'}`];
    await pause(PAUSE_MS);
  }
}

/** Counts five seconds by what a replica answers at once, without the platform and without Redis. */
class TurnsOf {
  #left = TURNS;
  #isStopped = false;
  readonly #until = performance.now() + MOST_MS;

  constructor({ url }: Replica) {
    void this.#count(`${url}/graphql?query=%7B__typename%7D`);
  }

  get isOver(): boolean {
    return this.#left <= 0 || performance.now() > this.#until;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #count(url: string): Promise<void> {
    const headers = { 'apollo-require-preflight': 'true' };
    while (!this.isOver && !this.#isStopped) {
      await fetch(url, { headers, signal: AbortSignal.timeout(MOST_MS) }).then(
        async (answer) => void (await answer.text()),
        () => undefined,
      );
      this.#left -= 1;
      await pause(PAUSE_MS);
    }
  }
}
