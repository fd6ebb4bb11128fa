import { expect, onTestFinished, test, vi } from 'vitest';
import { metricOf, startFacade } from '../support/facade.ts';
import { startRedisServer } from '../support/redisServer.ts';
import { startCollector } from './collector.ts';

test('a look into the shared cache is a span, and a metric says that Redis is up', async () => {
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  const redis = await startRedisServer();
  onTestFinished(() => redis.close());
  const facade = await startFacade({
    env: { REDIS_URL: redis.url, CACHE: 'redis', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
  onTestFinished(() => facade.close());
  await vi.waitFor(async () => expect(await metricOf(facade, 'geai_graph_redis_up')).toBe(1));
  await facade.query('{ organization { name } }', { token: facade.emulator.seeded.organizations[0]!.token });

  await vi.waitUntil(() => collector.spans().some(({ name }) => name === 'cache get'));
  await redis.kill();
  await vi.waitFor(async () => expect(await metricOf(facade, 'geai_graph_redis_up')).toBe(0));
});
