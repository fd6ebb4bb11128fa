import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { SharedCache } from '../../src/cache/shared.ts';
import { connectRedis, type Redis } from '../../src/redis.ts';
import { Secret } from '../../src/values/secret.ts';
import { codes, type Facade, startFacade } from '../support/facade.ts';
import { idOf, startManaged } from '../support/managing.ts';
import { type RedisServer, startRedisServer } from '../support/redisServer.ts';

let redis: RedisServer;

beforeEach(async () => {
  redis = await startRedisServer();
});
afterEach(() => redis.close());

const silent = pino({ level: 'silent' });

async function connected(): Promise<Redis> {
  const connection = connectRedis(new Secret(redis.url), silent);
  onTestFinished(() => connection.close());
  await expect.poll(() => connection.run((client) => client.ping()).catch(() => null)).toBe('PONG');
  return connection;
}

/** Two replicas that have both reached Redis, and a token that its holder uses at both. */
async function replicas(options: { statusDelayMs?: number } = {}) {
  const env = { CACHE: 'redis', REDIS_URL: redis.url };
  const one = await startManaged({ emulator: { organizations: 1, projects: 4, ...options }, env });
  const other = await startFacade({ sharedEmulator: one.emulator, env });
  onTestFinished(async () => {
    await other.close();
    await one.close();
  });
  const value = one.emulator.createToken(one.projectId, 'Shared');
  const held = { one, other, value, id: idOf(one.projectId, value) };
  for (const facade of [one, other]) await expect.poll(() => isRemembered(facade, value)).toBe(true);
  return held;
}

const ask = async (facade: Facade, token: string) => codes(await facade.query('{ viewer { scopes } }', { token }));

/** Whether the facade answers without asking the platform. */
async function isRemembered(facade: Facade, token: string): Promise<boolean> {
  facade.emulator.resetCalls();
  await ask(facade, token);
  return facade.emulator.calls().length === 0;
}

test.each(['blockApiToken', 'revokeApiToken'])(
  '%s through one replica ends the use of the token at the other',
  async (name) => {
    const { one, other, value, id } = await replicas();
    const { verification } = await one.mutate(name, { id });

    expect(verification.outcome).toBe('CONFIRMED');
    expect(await ask(other, value)).toEqual(['UNAUTHENTICATED']);
  },
);

test('while one replica watches a token, the other remembers nothing of it', async () => {
  const { one, other, value, id } = await replicas({ statusDelayMs: 600_000 });
  const changing = one.mutate('blockApiToken', { id });
  await expect.poll(() => one.truth().find((token) => token.id === value)?.status).toBe('Blocked');
  await expect.poll(() => isRemembered(other, value)).toBe(false);
  expect(await isRemembered(other, value)).toBe(false);

  expect((await changing).verification.outcome).toBe('PENDING');
});

test('a refusal that one replica meets ends what the other remembers', async () => {
  const { one, other, value } = await replicas();
  one.emulator.setTokenStatus(value, 'Blocked');
  expect(await ask(other, value)).toEqual([]);
  await one.query('query ($id: ID!) { project(id: $id) { description } }', {
    token: value,
    variables: { id: one.projectId },
  });

  expect(await ask(other, value)).toEqual(['UNAUTHENTICATED']);
});

test.each([
  ['is down', () => redis.kill()],
  ['answers nothing', async () => redis.stall()],
])('a change is pending while Redis %s, and told to the other replica afterwards', async (_state, disturb) => {
  const { one, other, value, id } = await replicas();
  await disturb();
  const { verification } = await one.mutate('blockApiToken', { id });
  expect(verification).toMatchObject({ outcome: 'PENDING', reason: expect.stringContaining('could not be notified') });
  await redis.kill();
  await redis.start();

  await expect.poll(() => ask(other, value)).toEqual(['UNAUTHENTICATED']);
  const confirmed = async () => (await one.mutate('blockApiToken', { id })).verification.outcome;
  await expect.poll(confirmed).toBe('CONFIRMED');
});

test('a change is pending while Redis takes no writes', async () => {
  const { one, id } = await replicas();
  const connection = await connected();
  await connection.run((client) => client.sendCommand(['REPLICAOF', '127.0.0.1', '1']));

  expect((await one.mutate('blockApiToken', { id })).verification.outcome).toBe('PENDING');
  await connection.run((client) => client.sendCommand(['REPLICAOF', 'NO', 'ONE']));
  const outcome = async () => (await one.mutate('blockApiToken', { id })).verification.outcome;
  await expect.poll(outcome).toBe('CONFIRMED');
});

test('a Redis that starts again from a snapshot brings nothing back that was changed since', async () => {
  const connection = await connected();
  const cache = new SharedCache(connection, silent);
  const scopes = ['token', 'organization'];
  const lookup = () => cache.get(scopes, 'key');
  const { version } = await lookup();
  const put = () => cache.set(scopes, 'key', { version: version!, value: 'before', bytes: 10, forMs: 600_000 });
  put();
  await expect.poll(async () => (await lookup()).value).toBe('before');
  await connection.run((client) => client.sendCommand(['SAVE']));
  expect(await cache.forget('organization')).toBe(true);
  await redis.kill();
  await redis.start();

  await expect.poll(async () => (await lookup()).version).not.toBeNull();
  expect((await lookup()).value).toBeUndefined();
  put();
  // Commands are performed in their order.
  expect((await lookup()).value).toBeUndefined();
});

test('spoiled values in Redis are misses: every request is answered', async () => {
  const { one, other, value } = await replicas();
  const connection = await connected();
  const keys = await connection.run((client) => client.sendCommand(['KEYS', '*']));
  expect(keys).not.toEqual([]);
  for (const key of keys as unknown as string[]) {
    for (const command of [
      ['SET', key, 'no JSON'],
      ['EVAL', `redis.call('del', KEYS[1]) redis.call('lpush', KEYS[1], 'a list')`, '1', key],
    ]) {
      await connection.run((client) => client.sendCommand(command));
      expect([await ask(one, value), await ask(other, value)]).toEqual([[], []]);
    }
  }
});

test.each([
  ['allkeys-lru', '100mb', true],
  ['volatile-ttl', '100mb', true],
  ['noeviction', '100mb', false],
  ['allkeys-lru', '0', false],
])('maxmemory-policy %s with maxmemory %s is warned of at start: %s', async (policy, bound, isWarned) => {
  const settings = await connected();
  await settings.run((client) => client.sendCommand(['CONFIG', 'SET', 'maxmemory', bound, 'maxmemory-policy', policy]));
  const lines: string[] = [];
  const connection = connectRedis(
    new Secret(redis.url),
    pino({ level: 'info' }, { write: (line) => void lines.push(line) }),
  );
  onTestFinished(() => connection.close());
  await expect.poll(() => connection.run((client) => client.ping()).catch(() => null)).toBe('PONG');
  // Answers come in the order of the commands.
  await connection.run((client) => client.ping());

  const warnings = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg.includes('may evict'));
  expect(warnings.map((warning) => warning.policy)).toEqual(isWarned ? [policy] : []);
});
