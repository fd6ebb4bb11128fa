import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { query } from '../support/facade.ts';
import { type Load, startLoad } from '../support/load.ts';
import { idOf } from '../support/managing.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';

const PATIENTLY = { timeout: 120_000, interval: 50 };
const VIEWER = '{ viewer { scopes } }';

let cluster: Cluster;
let standby: RedisServer;
let token: string;
let projectId: string;
let load: Load;

beforeAll(async () => {
  [cluster, standby] = await Promise.all([startCluster(), startRedisServer()]);
  const [organization] = cluster.emulator.seeded.organizations;
  token = organization!.token;
  projectId = organization!.projects[0]!.id;
});
afterAll(async () => {
  await cluster?.close();
  await standby?.close();
});

beforeEach(async () => {
  // A change of the fault before is over when the replicas share a block again.
  await vi.waitUntil(async () => (await block()).outcome === 'CONFIRMED', PATIENTLY);
  load = startLoad(3, read);
});
afterEach(async () => void (await load.stop()));

async function read(): Promise<void> {
  const { errors, text } = await query(cluster.url, VIEWER, { token });
  if (errors) throw new Error(text.slice(0, 200));
}

const portOf = ({ url }: RedisServer) => Number(new URL(url).port);

/** Sends commands to Redis past the line of the replicas. */
async function command(server: RedisServer, ...words: string[]): Promise<void> {
  const client = await createClient({ url: server.url }).connect();
  await client.sendCommand(words).finally(() => client.destroy());
}

const codesWith = async (value: string) => {
  const answers = await Promise.all(cluster.replicas.map(({ url }) => query(url, VIEWER, { token: value })));
  return answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'ALLOWED');
};

/** Blocks a new token that every replica knows. Answers with what was said, and what each replica does with it right then. */
async function block(fail: () => Promise<void> | void = () => undefined) {
  const value = cluster.emulator.createToken(projectId, 'Partner');
  expect(await codesWith(value)).toEqual(['ALLOWED', 'ALLOWED', 'ALLOWED']);
  await fail();
  const document = `mutation { blockApiToken(input: { id: "${idOf(projectId, value)}" }) { changed verification { outcome } } }`;
  const { data, text } = await query(cluster.replicas[0]!.url, document, { token });
  const codes = await codesWith(value);
  expect(data?.blockApiToken?.changed, text).toBe(true);
  return { outcome: data.blockApiToken.verification.outcome as string, codes, value };
}

/** Says what must hold of a block during a fault, and that reads through HAProxy went on. */
async function holdsDuring(fail: () => Promise<void> | void): Promise<void> {
  const { outcome, codes, value } = await block(fail);
  const seen = load.samples.length;
  await vi.waitUntil(() => load.samples.length > seen + 10, PATIENTLY);

  expect(['CONFIRMED', 'PENDING']).toContain(outcome);
  if (outcome === 'CONFIRMED') expect(codes).toEqual(Array(3).fill('UNAUTHENTICATED'));
  // Whatever was said, nobody believes an old answer for longer than it is kept.
  await vi.waitUntil(async () => (await codesWith(value)).every((code) => code === 'UNAUTHENTICATED'), PATIENTLY);
  expect((await load.stop()).filter(({ failure }) => failure !== undefined)).toEqual([]);
}

test('requests go on, and nothing untrue is confirmed, while Redis is dead', async () => {
  await holdsDuring(() => cluster.redis.kill());
  await cluster.redis.start();
});

test('requests go on, and nothing untrue is confirmed, while Redis is slow', async () => {
  await holdsDuring(() => cluster.line.delay(400));
  cluster.line.delay(0);
});

test('requests go on, and nothing untrue is confirmed, while Redis takes no writes', async () => {
  await holdsDuring(() => command(cluster.redis, 'REPLICAOF', '127.0.0.1', '1'));
  await command(cluster.redis, 'REPLICAOF', 'NO', 'ONE');
});

test('requests go on, and nothing untrue is confirmed, while Redis is full', async () => {
  await command(cluster.redis, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  await holdsDuring(() => command(cluster.redis, 'CONFIG', 'SET', 'maxmemory', '1'));
  await command(cluster.redis, 'CONFIG', 'SET', 'maxmemory', '0');
});

test('a block stays in force when Redis is restored from a snapshot of before', async () => {
  const { outcome, value } = await block(() => command(cluster.redis, 'SAVE'));
  await cluster.redis.kill();
  await cluster.redis.start();

  expect(outcome).toBe('CONFIRMED');
  expect(await codesWith(value)).toEqual(Array(3).fill('UNAUTHENTICATED'));
  expect((await load.stop()).filter(({ failure }) => failure !== undefined)).toEqual([]);
});

test('a block stays in force when Redis fails over to a copy that lacks it', async () => {
  const { outcome, value } = await block(async () => {
    await command(standby, 'REPLICAOF', '127.0.0.1', String(portOf(cluster.redis)));
    await vi.waitUntil(async () => (await infoOf(standby)).includes('master_link_status:up'), PATIENTLY);
    await command(standby, 'REPLICAOF', 'NO', 'ONE');
  });
  cluster.line.retarget(portOf(standby));

  expect(outcome).toBe('CONFIRMED');
  expect(await codesWith(value)).toEqual(Array(3).fill('UNAUTHENTICATED'));
  await vi.waitUntil(async () => (await block()).outcome === 'CONFIRMED', PATIENTLY);
  expect((await load.stop()).filter(({ failure }) => failure !== undefined)).toEqual([]);
});

async function infoOf(server: RedisServer): Promise<string> {
  const client = await createClient({ url: server.url }).connect();
  return client.info('replication').finally(() => client.destroy());
}
