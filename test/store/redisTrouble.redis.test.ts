import { createClient } from '@redis/client';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { connectRedis, type Redis } from '../../src/redis.ts';
import { Secret } from '../../src/values/secret.ts';
import { linesOf } from '../support/program.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';
import { startTcpProxy } from '../support/tcpProxy.ts';

const PATIENTLY = { timeout: 20_000, interval: 20 };

let server: RedisServer;
beforeEach(async () => {
  server = await startRedisServer();
});
afterEach(() => server.close());

/** A connection of ours, and what the log says of it. */
function connection(url: string) {
  let log = '';
  const logger = pino(
    { base: null },
    {
      write: (line: string) => {
        log += line;
      },
    },
  );
  const redis = connectRedis(new Secret(url), logger);
  onTestFinished(() => redis.close());
  return { redis, told: () => linesOf(log).map(({ msg, failure }) => [msg, failure].filter(Boolean).join(': ')) };
}

/** The same, once it works. */
async function connected(url = server.url) {
  const made = connection(url);
  await vi.waitUntil(() => made.redis.isUp, PATIENTLY);
  return made;
}

/** Commands of an operator, by a connection of their own that is there before the trouble. */
async function operator() {
  const client = createClient({ url: server.url }).on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.destroy());
  return (line: string) => client.sendCommand(line.split(' '));
}

const write = (redis: Redis) => redis.run((client) => client.set('key', 'value')).then(() => 'written', String);

test.each([
  ['full', 'OOM', 'CONFIG SET maxmemory 1', 'CONFIG SET maxmemory 0'],
  ['a copy', 'READONLY', 'REPLICAOF 127.0.0.1 1', 'REPLICAOF NO ONE'],
  ['closed to writes', 'NOPERM', 'ACL SETUSER default -@write', 'ACL SETUSER default +@write'],
])(
  'a Redis that is %s counts as down by its answer %s, and as up once it takes writes',
  async (_state, failure, ...commands) => {
    const [{ redis, told }, tell] = [await connected(), await operator()];
    await tell(commands[0]!);

    expect(await write(redis)).toContain(`redis failed: ${failure}`);
    await vi.waitUntil(() => !redis.isUp, PATIENTLY);
    expect(await write(redis)).toContain(`redis failed: ${failure}`);
    await tell(commands[1]!);
    await vi.waitUntil(() => redis.isUp, PATIENTLY);
    expect(told()).toEqual([`redis is not available: ${failure}`, 'redis is back']);
  },
);

test('a Redis whose password was changed is told apart from one that is gone', async () => {
  const [{ redis, told }, tell] = [await connected(), await operator()];
  await tell('CONFIG SET requirepass another');
  await tell('CLIENT KILL TYPE normal');

  await vi.waitUntil(() => told().includes('redis is not available: NOAUTH'), PATIENTLY);
  expect(redis.isUp).toBe(false);
  await tell('CONFIG SET requirepass ');
  await vi.waitUntil(() => told().includes('redis is back'), PATIENTLY);
});

test('a Redis that answers nothing counts as down, and nobody waits for it until it answers', async () => {
  const { redis, told } = await connected();
  server.stall();
  expect(await write(redis)).toContain('TIMEOUT');
  expect([redis.isUp, await write(redis)]).toEqual([false, expect.stringContaining('redis is not available')]);
  server.resume();
  await vi.waitUntil(() => redis.isUp, PATIENTLY);

  expect(told()).toEqual(['redis is not available: TIMEOUT', 'redis is back']);
});

test('a command that fails for what its key holds is no trouble of Redis', async () => {
  const { redis, told } = await connected();
  await redis.run((client) => client.lPush('list', 'a'));

  await expect(redis.run((client) => client.get('list'))).rejects.toThrow('redis failed: WRONGTYPE');
  expect(await write(redis)).toBe('written');
  expect([redis.isUp, told()]).toEqual([true, []]);
});

test('a connection that leads nowhere any more is replaced by one to where the address leads now', async () => {
  const standby = await startRedisServer();
  onTestFinished(() => standby.close());
  const line = await startTcpProxy(Number(new URL(server.url).port));
  onTestFinished(() => line.close());
  const { redis } = await connected(`redis://127.0.0.1:${line.port}`);
  line.strand(Number(new URL(standby.url).port));
  expect(await write(redis)).toContain('TIMEOUT');

  await vi.waitUntil(() => redis.isUp, PATIENTLY);
  expect([await write(redis), redis.connections]).toEqual(['written', 2]);
});

test('a Redis of a cluster is told at once', async () => {
  const cluster = await startRedisServer('--cluster-enabled', 'yes');
  onTestFinished(() => cluster.close());
  const { told } = connection(cluster.url);

  await expect.poll(told, PATIENTLY).toContainEqual(expect.stringMatching('^redis is a cluster'));
});
