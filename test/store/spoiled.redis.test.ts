import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { connectRedis, type Redis } from '../../src/redis.ts';
import { Secret } from '../../src/values/secret.ts';
import { type Managed, startManaged } from '../support/managing.ts';
import { startRedisServer } from '../support/redisServer.ts';

const PREFIX = 'geai-graph:';

/** A facade whose state is in Redis, and a connection beside it. */
async function started(): Promise<{ facade: Managed; redis: Redis; keys: () => Promise<string[]> }> {
  const server = await startRedisServer();
  const facade = await startManaged({ env: { REDIS_URL: server.url } });
  const redis = connectRedis(new Secret(server.url), pino({ level: 'silent' }));
  onTestFinished(async () => {
    await facade.close();
    await redis.close();
    await server.close();
  });
  const ready = { projectId: facade.projectId, name: 'Ready', idempotencyKey: 'ready' };
  await expect.poll(() => facade.mutate('createApiToken', ready).catch(() => null)).not.toBeNull();
  const keys = async () => {
    const found = (await redis.run((client) =>
      client.sendCommand(['KEYS', `${PREFIX}state:*`]),
    )) as unknown as string[];
    return found.sort();
  };
  return { facade, redis, keys };
}

const named = (facade: Managed, name: string) => facade.truth().filter((token) => token.name === name);

const SPOILS: [string, (key: string) => string[]][] = [
  ['text', (key) => ['SET', key, 'no JSON']],
  ['JSON of another form', (key) => ['SET', key, '{"version":2}']],
  ['JSON null', (key) => ['SET', key, 'null']],
  ['a list', (key) => ['EVAL', "redis.call('del', KEYS[1]) redis.call('lpush', KEYS[1], 'x')", '1', key]],
  ['nothing', (key) => ['DEL', key]],
];

test.each(SPOILS)('of a creation whose state becomes %s no secret is shown again', async (_what, spoil) => {
  const { facade, redis, keys } = await started();
  const input = { projectId: facade.projectId, name: 'Kept', idempotencyKey: 'kept' };
  const before = await keys();
  const { secret } = await facade.mutate('createApiToken', input);
  const own = (await keys()).filter((key) => !before.includes(key));
  expect(own.length).toBeGreaterThan(1);
  for (const key of own) {
    const value = await redis.run((client) => client.get(key.slice(PREFIX.length)));
    await redis.run((client) => client.sendCommand(spoil(key)));
    const outcome = await facade.mutate('createApiToken', input).catch(({ message }: Error) => message);
    await redis.run((client) => client.sendCommand(['SET', key, value ?? '']));

    if (typeof outcome === 'string') expect(outcome).toMatch(/^STATE_UNAVAILABLE/);
    else expect(outcome.secret).not.toBe(secret);
  }
  // What one of the entries says is known from the others.
  expect(named(facade, 'Kept')).toHaveLength(1);
});
