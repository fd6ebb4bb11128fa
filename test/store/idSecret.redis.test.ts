import { createClient } from '@redis/client';
import { expect, onTestFinished, test } from 'vitest';
import { type Facade, type FacadeOptions, startFacade } from '../support/facade.ts';
import { startRedisServer } from '../support/redisServer.ts';

const CHANGED = 'ID_SECRET is not the one';

async function replica(options: FacadeOptions): Promise<Facade> {
  const facade = await startFacade(options);
  onTestFinished(() => facade.close());
  return facade;
}

test('a replica with another ID_SECRET on the same Redis says so, and a facade of another platform does not', async () => {
  const server = await startRedisServer();
  onTestFinished(() => server.close());
  const [env, emulator] = [{ REDIS_URL: server.url }, { organizations: 1, projects: 1 }];
  const one = await replica({ emulator, env });
  // What the replica left is there before the next one looks.
  const redis = await createClient({ url: server.url }).connect();
  onTestFinished(() => redis.destroy());
  await expect.poll(() => redis.keys('*id secret*')).toHaveLength(1);

  const same = await replica({ sharedEmulator: one.emulator, env });
  const elsewhere = await replica({ emulator, env: { ...env, ID_SECRET: 'x'.repeat(40) } });
  const other = await replica({ sharedEmulator: one.emulator, env: { ...env, ID_SECRET: 'y'.repeat(40) } });

  await expect.poll(() => other.log()).toContain(CHANGED);
  for (const facade of [one, same, elsewhere]) expect(facade.log()).not.toContain(CHANGED);
});
