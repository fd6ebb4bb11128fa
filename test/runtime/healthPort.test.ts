import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HealthServer } from '../../src/http/healthServer.ts';
import { Heartbeat, healthOf } from '../../src/http/heartbeat.ts';
import { Readiness } from '../../src/http/readiness.ts';

const ASKING = `const { parentPort, workerData } = require('node:worker_threads');
  parentPort.once('message', async () => {
    workerData.status[0] = (await fetch(workerData.url)).status;
    Atomics.notify(workerData.status, 0);
  });`;

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
  // A thread that was silent for two seconds is not ready.
  await expect.poll(() => ask('/health/ready')).toEqual({ status: 200, body: { ready: true } });
  expect(await ask('/graphql')).toMatchObject({ status: 404 });

  readiness.drain();
  await vi.waitUntil(async () => (await ask('/health/ready')).status === 503);
  expect((await ask('/health/ready')).body).toEqual({ ready: false, reason: 'shutting down' });
  expect((await ask('/health/live')).status).toBe(200);
});

test('a clock that is set makes no thread look silent', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());
  const { ask } = await serving();

  expect((await ask('/health/live')).status).toBe(200);
  await expect.poll(async () => (await ask('/health/ready')).status).toBe(200);
});

test('health is not ready while the server is not', async () => {
  const { ask } = await serving(false);

  expect(await ask('/health/ready')).toEqual({
    status: 503,
    body: { ready: false, reason: 'the platform does not answer' },
  });
});

test('health answers while the main thread does not', async () => {
  const health = new HealthServer(new Readiness({ check: async () => true } as never, true), '127.0.0.1', 0);
  const port = await health.listen();
  onTestFinished(() => health.close());
  const status = new Int32Array(new SharedArrayBuffer(4));
  // A thread of its own asks, since this one stands still until there is an answer.
  const asking = new Worker(ASKING, {
    eval: true,
    workerData: { url: `http://127.0.0.1:${port}/health/live`, status },
  });
  onTestFinished(async () => void (await asking.terminate()));
  await once(asking, 'online');
  asking.postMessage('ask');
  Atomics.wait(status, 0, 0);

  expect(status[0]).toBe(200);
});

test.each([
  [0, 200, 200],
  [1_999, 200, 200],
  [2_000, 200, 503],
  [9_999, 200, 503],
  [10_000, 503, 503],
])('a main thread silent for %i ms is live with %i and ready with %i', (age, live, ready) => {
  const heartbeat = new Heartbeat();
  heartbeat.beat(1_000, null);
  const other = new Heartbeat(heartbeat.memory);

  expect(healthOf('/health/live', other, 1_000 + age).status).toBe(live);
  expect(healthOf('/health/ready', other, 1_000 + age).status).toBe(ready);
});
