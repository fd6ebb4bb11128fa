import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { query, routes } from '../support/facade.ts';
import { type Load, startLoad } from '../support/load.ts';
import { idOf } from '../support/managing.ts';

const CALLERS = 6;
const PATIENTLY = { timeout: 120_000, interval: 20 };

let cluster: Cluster;
let token: string;
let projectId: string;
let load: Load | undefined;

beforeAll(async () => {
  cluster = await startCluster();
  const [organization] = cluster.emulator.seeded.organizations;
  token = organization!.token;
  projectId = organization!.projects[0]!.id;
});
afterAll(() => cluster?.close());
afterEach(async () => {
  await load?.stop();
  load = undefined;
  cluster.emulator.setLatency(0);
});

const READ = '{ organization { projects(first: 3) { nodes { id } } } }';

/** Reads through HAProxy, and throws unless all of the answer is there. */
async function read(): Promise<void> {
  await expectOf(READ, (data) => data.organization.projects.nodes.length === 3);
}

/** Sends a document through HAProxy, which answers in HTML when it has no replica. */
// biome-ignore lint/suspicious/noExplicitAny: tests read deep into answers; a wrong path fails the assertion.
async function expectOf(document: string, isRight: (data: any) => boolean): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify({ query: document });
  const response = await fetch(`${cluster.url}/graphql`, { method: 'POST', headers, body });
  const text = await response.text();
  if (response.status === 200 && !text.includes('"errors"') && isRight(JSON.parse(text).data)) return;
  throw new Error(`${response.status} ${text.slice(0, 200)}`);
}

/** Waits until so many more requests have ended. */
async function pass(running: Load, count: number): Promise<void> {
  const goal = running.samples.length + count;
  await vi.waitUntil(() => running.samples.length >= goal, PATIENTLY);
}

const failuresOf = async (running: Load) => (await running.stop()).filter(({ failure }) => failure !== undefined);

test('a token that is blocked through one replica is refused by all others at once', async () => {
  const value = cluster.emulator.createToken(projectId, 'Partner');
  const viewer = '{ viewer { scopes } }';
  const asked = () => Promise.all(cluster.replicas.map(({ url }) => query(url, viewer, { token: value })));
  const before = await asked();
  const [one] = cluster.replicas;

  const { data } = await query(
    one!.url,
    `mutation { blockApiToken(input: { id: "${idOf(projectId, value)}" }) { verification { outcome } } }`,
    { token },
  );
  const after = await asked();

  expect(before.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
  expect(data.blockApiToken.verification.outcome).toBe('CONFIRMED');
  expect(after.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(Array(3).fill('UNAUTHENTICATED'));
});

test('requests in flight on a killed replica fail, and no other', async () => {
  cluster.emulator.setLatency(20);
  load = startLoad(CALLERS, read);
  await pass(load, 60);
  const before = await cluster.failed();

  const killedAt = performance.now();
  await cluster.replicas[1]!.kill();
  const deadAt = performance.now();
  await pass(load, 120);
  await cluster.upAre(2);
  await cluster.replicas[1]!.start();
  await cluster.upAre(3);
  await pass(load, 60);

  const failures = await failuresOf(load);
  const after = await cluster.failed();
  expect(after.map((count, index) => count - before[index]!)).toEqual([0, expect.any(Number), 0]);
  for (const { startedAt, endedAt } of failures) {
    expect(startedAt).toBeLessThan(deadAt);
    expect(endedAt).toBeGreaterThan(killedAt);
  }
});

test('a rolling restart loses no request and sends no write twice', async () => {
  const value = cluster.emulator.createToken(projectId, 'Described');
  const id = idOf(projectId, value);
  let writes = 0;
  cluster.emulator.resetCalls();
  const write = async () => {
    writes += 1;
    const document = `mutation { updateApiToken(input: { id: "${id}", description: "${writes}" }) { changed userErrors { code } } }`;
    await expectOf(document, ({ updateApiToken }) => updateApiToken.changed === true);
  };
  load = startLoad(CALLERS, () => (Math.random() < 0.05 ? write() : read()));

  for (const replica of cluster.replicas) {
    await pass(load, 30);
    expect(await replica.stop()).toBe(0);
    await cluster.upAre(2);
    await replica.start();
    await cluster.upAre(3);
  }
  await pass(load, 30);

  expect(await failuresOf(load)).toEqual([]);
  expect(writes).toBeGreaterThan(0);
  const updates = cluster.emulator.calls().filter(({ route }) => route === routes.updateToken);
  expect(updates.reduce((sum, { count }) => sum + count, 0)).toBe(writes);
});
