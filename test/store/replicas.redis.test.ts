import { createClient } from '@redis/client';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectRedis } from '../../src/redis.ts';
import { redisStore } from '../../src/store/redis.ts';
import type { Store } from '../../src/store/store.ts';
import { Secret } from '../../src/values/secret.ts';
import { routes } from '../support/facade.ts';
import { startHoldingProxy } from '../support/holdingProxy.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';
import { startRedisServer } from '../support/redisServer.ts';
import { describeStore } from './contract.ts';

/** A Redis that ends with the test. Answers with its address. */
async function startRedis(): Promise<string> {
  const server = await startRedisServer();
  onTestFinished(() => server.close());
  return server.url;
}

async function storeAt(address: string): Promise<Store> {
  const redis = connectRedis(new Secret(address), pino({ level: 'silent' }));
  onTestFinished(() => redis.close());
  await vi.waitUntil(() => redis.run((client) => client.ping()).catch(() => false));
  return redisStore(redis);
}

describe('a store in Redis', () => {
  describeStore(async () => {
    const address = await startRedis();
    return [await storeAt(address), await storeAt(address)];
  });
});

/** Two facades that share a platform and a Redis. */
async function replicas(): Promise<{ one: Managed; other: Managed; address: string }> {
  const address = await startRedis();
  const env = { REDIS_URL: address, VERIFY_TIMEOUT_MS: '5000' };
  const one = await startManaged({ emulator: { organizations: 1, projects: 4, tokenMark: 'CANARY' }, env });
  const other = await startManaged({ sharedEmulator: one.emulator, env });
  onTestFinished(async () => {
    await other.close();
    await one.close();
  });
  await ready(one);
  await ready(other);
  return { one, other, address };
}

/** Waits for the connection to Redis. */
async function ready({ mutate, projectId }: Managed): Promise<void> {
  const input = { projectId, name: 'Ready', idempotencyKey: 'ready' };
  await vi.waitUntil(() => mutate('createApiToken', input).catch(() => false));
}

const named = (facade: Managed, name: string) => facade.truth().filter((token) => token.name === name);

test('two at once on two replicas are one creation', async () => {
  const { one, other } = await replicas();
  one.emulator.setFaults([{ route: routes.createToken, kind: 'latency', ms: 200 }]);
  const input = { projectId: one.projectId, name: 'Shared', idempotencyKey: 'shared' };

  const payloads = await Promise.all([one.mutate('createApiToken', input), other.mutate('createApiToken', input)]);

  expect(named(one, 'Shared')).toHaveLength(1);
  expect(payloads.filter(({ secret }) => secret !== null)).toHaveLength(1);
});

test('a creation that one replica lost does not take the token of another, whose answer is slow', async () => {
  const address = await startRedis();
  const env = { REDIS_URL: address, VERIFY_TIMEOUT_MS: '400' };
  const one = await startManaged({ env });
  const proxy = await startHoldingProxy(one.emulator.url);
  const other = await startManaged({ sharedEmulator: one.emulator, env: { ...env, GEAI_BASE_URL: proxy.url } });
  onTestFinished(async () => {
    await other.close();
    await proxy.close();
    await one.close();
  });
  await ready(one);
  await ready(other);
  one.emulator.resetCalls();
  const input = { projectId: one.projectId, name: 'Twin' };
  one.emulator.setFaults([{ route: routes.createToken, kind: 'drop', times: 1 }]);
  const dropped = one.mutate('createApiToken', input).then(() => 'no failure', String);
  await vi.waitUntil(() => one.upstream()[routes.createToken] === 1, { interval: 2 });
  const held = proxy.holdNext(/tokens$/, 'POST');
  const slow = other.mutate('createApiToken', input);
  const answer = await held;

  expect(await dropped).toMatch(/OUTCOME_UNKNOWN/);
  answer.release();
  expect(await slow).toMatchObject({ secret: named(one, 'Twin')[0]!.id, recovered: false, userErrors: [] });
});

test('a rotation that one replica stopped at is gone on with by the other', async () => {
  const { one, other } = await replicas();
  const value = one.emulator.createToken(one.projectId, 'Robot');
  const input = { id: idOf(one.projectId, value), oldToken: 'BLOCK' };
  one.emulator.setFaults([{ route: routes.updateToken, kind: 'drop' }]);
  const stopped = await one.mutate('rotateApiToken', input);
  one.emulator.setFaults([]);

  const payload = await other.mutate('rotateApiToken', input);

  expect([stopped.stage, payload.stage]).toEqual(['SUCCESSOR_PROVEN', 'COMPLETE']);
  expect(payload.apiToken.id).toBe(stopped.apiToken.id);
});

test('no secret and no key of a caller is in Redis', async () => {
  const { one, address } = await replicas();
  const value = one.emulator.createToken(one.projectId, 'Robot');
  await one.mutate('rotateApiToken', {
    id: idOf(one.projectId, value),
    oldToken: 'BLOCK',
    idempotencyKey: 'my own key',
  });
  const client = await createClient({ url: address }).connect();
  onTestFinished(() => client.destroy());

  const keys = await client.keys('*');
  const values = await Promise.all(keys.map((key) => client.get(key)));

  expect(keys).not.toEqual([]);
  expect([...keys, ...values].join('\n')).not.toMatch(/CANARY|my own key|Robot/);
});

test('without Redis a creation with a key is refused before anything is sent, and one without goes on', async () => {
  const facade = await startManaged({ env: { REDIS_URL: 'redis://127.0.0.1:1' } });
  onTestFinished(() => facade.close());
  const input = { projectId: facade.projectId, name: 'Alone' };

  await expect(facade.mutate('createApiToken', { ...input, idempotencyKey: 'k' })).rejects.toThrow('STATE_UNAVAILABLE');
  expect(facade.upstream()).not.toHaveProperty([routes.createToken]);
  expect(await facade.mutate('createApiToken', input)).toMatchObject({ secret: expect.any(String), userErrors: [] });
});
