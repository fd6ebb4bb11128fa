import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { SharedCache } from '../../src/cache/shared.ts';
import { connectRedis } from '../../src/redis.ts';
import { Secret } from '../../src/values/secret.ts';
import { answersAsTheDataIs } from '../oracle/property.ts';
import { startSituation } from '../oracle/situation.ts';
import { routes } from '../support/facade.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { PROJECT_NAMES, setStage, TOKEN_LIST } from './races.ts';

const CREATE_PROJECT = `mutation { createProject(input: { name: "Next door", administratorUserEmail: "a@b.example" }) {
  userErrors { code } } }`;

let redis: RedisServer;

// One for each test: what is remembered outlives the platform that it was read from.
beforeEach(async () => {
  redis = await startRedisServer();
});

afterEach(() => redis.close());

const env = () => ({ CACHE: 'redis', REDIS_URL: redis.url });

test.each([false, true])(
  'two replicas that share Redis answer as the data is, borrowing %s',
  async (borrowing) => {
    const situation = await startSituation();
    const replicaEnv = { ...env(), GEAI_BORROW_PROJECT_TOKENS: String(borrowing) };
    const replicas = [await situation.facade(replicaEnv), await situation.facade(replicaEnv)];
    try {
      await answersAsTheDataIs(situation, replicas, borrowing);
    } finally {
      for (const replica of replicas) await replica.close();
      await situation.close();
    }
  },
  1_800_000,
);

test('a write through one replica parts the reads of the other into those before and those after', async () => {
  const { proxy, replicas, tokenNames, createToken } = await setStage(env(), 2);
  const [one, other] = replicas;
  const held = proxy.holdNext(TOKEN_LIST);
  const before = tokenNames(other!);
  const { release } = await held;
  await createToken(one!, 'Made next door');

  expect(await tokenNames(other!)).toContain('Made next door');
  release();
  expect(await before).not.toContain('Made next door');
  expect(await tokenNames(other!)).toContain('Made next door');
});

test('an answer that one replica has read is not asked for by the other', async () => {
  const { replicas, tokens, emulator } = await setStage(env(), 2);
  const [one, other] = replicas;
  const first = await one!.query(PROJECT_NAMES, { token: tokens[0] });

  await expect
    .poll(async () => {
      emulator.resetCalls();
      const again = await other!.query(PROJECT_NAMES, { token: tokens[0] });
      expect(again.data).toEqual(first.data);
      return emulator.calls();
    })
    .toEqual([]);
});

test('a write through one replica ends what the other knows of its family, and nothing else', async () => {
  const { replicas, tokens, emulator, createToken } = await setStage(env(), 2);
  const [one, other] = replicas;
  const askedFor = async () => {
    emulator.resetCalls();
    await other!.query(PROJECT_NAMES, { token: tokens[0] });
    return emulator.calls().map(({ route }) => route);
  };
  await expect.poll(askedFor).toEqual([]);
  await createToken(one!, 'Made next door');
  expect(await askedFor()).toEqual([]);
  const created = await one!.query(CREATE_PROJECT, { token: tokens[0] });
  expect(created.data.createProject.userErrors).toEqual([]);

  expect(await askedFor()).toEqual([routes.listProjects]);
});

test('a query that one replica was sent is known to the other by its hash', async () => {
  const { replicas } = await setStage(env(), 2);
  const query = 'query Shared { __typename }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const ask = async (url: string, more: object) => {
    const body = JSON.stringify({ ...more, extensions: { persistedQuery: { version: 1, sha256Hash } } });
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).json();
  };
  await ask(replicas[0]!.url, { query });

  await expect.poll(() => ask(replicas[1]!.url, {})).toEqual({ data: { __typename: 'Query' } });
});

test('Redis killed, stalled and started again under load: every request is answered, and rightly', async () => {
  const { replicas, tokens, emulator } = await setStage(env(), 2);
  const names = emulator.seeded.organizations.map(({ projects }) => projects.map(({ name }) => name).sort());
  const load = async (rounds: number) => {
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(
        replicas.flatMap((replica) =>
          tokens.map(async (token, index) => {
            const { data, errors } = await replica.query(PROJECT_NAMES, { token });
            expect(errors).toBeUndefined();
            const shown = data.organization.projects.nodes.map(({ name }: { name: string }) => name);
            expect(shown.sort()).toEqual(names[index]);
          }),
        ),
      );
    }
  };
  await load(3);
  await Promise.all([load(20), redis.kill()]);
  await redis.start();
  await load(5);
  redis.stall();
  await load(5);
  redis.resume();
  await load(5);
});

test('an answer from before a write is not believed after it, even if Redis has lost all', async () => {
  const connection = connectRedis(new Secret(redis.url), pino({ level: 'silent' }));
  onTestFinished(() => connection.close());
  const cache = new SharedCache(connection, pino({ level: 'silent' }));
  await expect.poll(async () => (await cache.get(['organization'], 'key')).version).not.toBeNull();
  const { version } = await cache.get(['organization'], 'key');
  await cache.forget('organization');
  await connection.run((client) => client.flushAll());
  cache.set(['organization'], 'key', { version: version!, value: 'from before', bytes: 10, forMs: 60_000 });
  await connection.run((client) => client.ping());

  expect(await cache.get(['organization'], 'key')).toEqual({ version: expect.any(String), value: undefined });
});
