import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HealthServer } from '../../src/http/healthServer.ts';
import { Heartbeat, healthOf } from '../../src/http/heartbeat.ts';
import { Readiness } from '../../src/http/readiness.ts';

const PATIENTLY = { timeout: 15_000 };

async function serving(answers = true) {
  const platform = { check: async () => answers } as unknown as ConstructorParameters<typeof Readiness>[0];
  const readiness = new Readiness(platform, true);
  const health = new HealthServer(readiness, '127.0.0.1', 0);
  const port = await health.listen();
  onTestFinished(() => health.close());
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, body: await response.json() };
  };
  return { readiness, ask };
}

test('health has a port of its own, which says no when the server drains', async () => {
  const { readiness, ask } = await serving();
  expect(await ask('/health/live')).toEqual({ status: 200, body: { live: true } });
  expect(await ask('/health/ready')).toEqual({ status: 200, body: { ready: true } });
  expect(await ask('/graphql')).toMatchObject({ status: 404 });

  readiness.drain();
  await vi.waitUntil(async () => (await ask('/health/ready')).status === 503, PATIENTLY);
  expect((await ask('/health/live')).status).toBe(200);
});

test('health is not ready while the server is not', async () => {
  const { ask } = await serving(false);

  expect(await ask('/health/ready')).toEqual({ status: 503, body: { ready: false, reason: 'not ready' } });
});

test('health answers while the main thread does not', async () => {
  const health = new HealthServer(new Readiness({ check: async () => true } as never, true), '127.0.0.1', 0);
  const port = await health.listen();
  onTestFinished(() => health.close());
  // A process of its own asks, since this thread is busy until it has heard the answer.
  const script = `fetch('http://127.0.0.1:${port}/health/live').then((r) => r.text()).then((t) => console.log(t))`;
  const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });

  expect(stdout.trim()).toBe('{"live":true}');
});

test.each([
  [0, 200, 200],
  [1_999, 200, 200],
  [2_000, 200, 503],
  [9_999, 200, 503],
  [10_000, 503, 503],
])('a main thread silent for %i ms is live with %i and ready with %i', (age, live, ready) => {
  const heartbeat = new Heartbeat();
  heartbeat.beat(1_000, true);
  const other = new Heartbeat(heartbeat.memory);

  expect(healthOf('/health/live', other, 1_000 + age).status).toBe(live);
  expect(healthOf('/health/ready', other, 1_000 + age).status).toBe(ready);
});
