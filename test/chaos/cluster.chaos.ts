import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Restricted, startRestricted } from '../access/restricted.ts';
import { holdsToken } from '../fuzz/checks.ts';
import { operations } from '../oracle/operations.ts';
import { TEST_ID_SECRET } from '../support/facade.ts';
import { jwtMode } from '../support/issuer.ts';
import { Random } from '../support/random.ts';
import { callersOf } from './callers.ts';
import { doubledWrites, lostOutcomes } from './checks.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { Director, pause } from './director.ts';
import { ask, type Stage, Worker } from './load.ts';
import { startWriteProxy, type WriteProxy } from './writeProxy.ts';

const seed = Number(process.env.CHAOS_SEED ?? 1);
const seconds = Number(process.env.CHAOS_SECONDS ?? 40);
const WORKERS = 20;
const RECOVERY_MS = 5_000;

let [situation, proxy, cluster]: [Restricted?, WriteProxy?, Cluster?] = [];
beforeAll(async () => {
  situation = await startRestricted();
  proxy = await startWriteProxy(situation.emulator.url);
}, 120_000);
afterAll(async () => {
  await proxy?.close();
  await situation?.close();
});

async function prepare(): Promise<Stage> {
  const { emulator, issuer, model, operationOptions } = situation!;
  const tokens = model.organizations.map(({ token }) => token);
  const common = {
    GEAI_BASE_URL: proxy!.url,
    ID_SECRET: TEST_ID_SECRET,
    GEAI_BORROW_PROJECT_TOKENS: 'true',
    UPSTREAM_TIMEOUT_MS: '500',
    UPSTREAM_DEADLINE_MS: '2000',
    VERIFY_TIMEOUT_MS: '300',
  };
  const claims = { JWT_ORGANIZATIONS_CLAIM: 'organizations', JWT_PROJECTS_CLAIM: 'projects' };
  cluster = await startCluster(common, { ...jwtMode(issuer, tokens), ...claims });
  const reads = fc.sample(operations(createSubgraph(), { ...operationOptions, maxDepth: 4 }), { numRuns: 300, seed });
  const callers = await callersOf(situation!);
  return {
    emulator,
    cluster,
    callers,
    reads,
    writes: proxy!.writes,
    problems: [],
    sent: [],
    attempts: new Map(),
    asked: 0,
  };
}

/** Lines of the audit log of every replica, by request. */
function auditLines(): Map<string, { intents: number; events: number }> {
  const counts = new Map<string, { intents: number; events: number }>();
  for (const { log } of cluster!.replicas.map((replica) => replica.output())) {
    for (const line of log.split('\n')) {
      // A killed process may leave half a line.
      if (!line.endsWith('}') || !/"(?:action|intent)":/.test(line)) continue;
      const { requestId, intent, action } = JSON.parse(line);
      const count = counts.get(requestId) ?? { intents: 0, events: 0 };
      if (intent !== undefined) count.intents += 1;
      else if (action !== undefined) count.events += 1;
      counts.set(requestId, count);
    }
  }
  return counts;
}

/** Waits until every caller reads and changes through every replica. Answers with what does not work in time. */
async function recovered(stage: Stage): Promise<string[]> {
  const until = performance.now() + RECOVERY_MS;
  const random = new Random(seed, -2);
  const managers = stage.callers.filter(({ manages }) => manages.length > 0);
  const pairs = managers.flatMap((caller) =>
    stage.cluster.replicas.filter(({ mode }) => mode === caller.mode).map((replica) => ({ caller, replica })),
  );
  const problems = pairs.map(async ({ caller, replica }, index) => {
    const alone = { ...stage, cluster: { ...stage.cluster, replicas: [replica] } };
    const { id } = caller.manages[0]!;
    const query = `mutation { createApiToken(input: { projectId: "${id}", name: "Recovered ${index}", idempotencyKey: "recovered-${index}" })
      { apiToken { project { name apiTokens { totalCount } } } userErrors { code } } }`;
    for (;;) {
      const got = await ask(alone, random, caller, { query });
      if (got?.data?.createApiToken?.apiToken?.project && !got.errors) return [];
      if (performance.now() > until) return [`${caller.name} after ${RECOVERY_MS} ms: ${got?.text ?? 'no answer'}`];
      await pause(50);
    }
  });
  return (await Promise.all(problems)).flat();
}

test(`${seconds} s of chaos of seed ${seed}`, { timeout: 300_000 }, async () => {
  const stage = await prepare();
  const director = new Director(new Random(seed, -1), stage.emulator, stage.cluster);
  const end = performance.now() + seconds * 1_000;
  const isOver = () => performance.now() > end || stage.problems.length > 20;
  const workers = Array.from({ length: WORKERS }, async (_, index) => {
    const worker = new Worker(stage, new Random(seed, index), `w${index}`);
    while (!isOver()) await worker.step();
  });
  const rhythm = new Random(seed, -3);
  while (!isOver()) {
    await director.act();
    await pause(rhythm.between(100, 1_200));
  }
  await Promise.all(workers);
  await director.end();
  const notRecovered = await recovered(stage);

  await Promise.all(stage.cluster.replicas.map((replica) => replica.end('SIGTERM')));
  const audit = auditLines();
  const none = { intents: 0, events: 0 };
  const lost = stage.sent.flatMap((sent) => lostOutcomes({ ...sent, ...(audit.get(sent.requestId) ?? none) }));
  const attempts = ({ body }: { body: string }) => stage.attempts.get(/"name":"([^"]+)"/.exec(body)?.[1] ?? '') ?? 1;
  const outputs = stage.cluster.replicas.map((replica) => replica.output());
  const done = stage.sent.filter(({ isDone }) => isDone).length;
  process.stdout.write(
    `CHAOS_SEED=${seed}: ${stage.asked} requests, ${stage.sent.length} mutations, ${done} done, ${stage.writes.length} writes\n`,
  );
  const found = {
    seen: stage.problems,
    lost,
    doubled: doubledWrites(stage.writes, attempts),
    notRecovered,
    crashes: stage.cluster.replicas.flatMap(({ crashes }) => crashes),
    problems: outputs.map(({ problems }) => problems).join(''),
    unforeseen: outputs.flatMap(({ log }) => log.split('\n').filter((line) => line.includes('unforeseen failure'))),
    tokens: outputs.flatMap(({ log }) => log.split('\n').filter(holdsToken)),
  };
  await stage.cluster.close();
  expect({ found, acts: director.acts }).toEqual({
    found: { seen: [], lost: [], doubled: [], notRecovered: [], crashes: [], problems: '', unforeseen: [], tokens: [] },
    acts: director.acts,
  });
  expect(done).toBeGreaterThan(0);
});
